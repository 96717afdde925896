import type { PastRun } from './past-run.ts'

/** A quantity over past runs: the lowest and highest of a single run, and that of all of them together. */
export interface Range {
  readonly least: number
  readonly typical: number
  readonly most: number
}

/** Applies `by` to the lowest, the typical and the highest figures of some ranges. */
export function rangeBy(by: (...figures: number[]) => number, ...ranges: readonly Range[]): Range {
  const each = (figure: keyof Range) => by(...ranges.map((range) => range[figure]))
  return { least: each('least'), typical: each('typical'), most: each('most') }
}

/** The range for what falls as this one rises. */
export function inverse({ least, typical, most }: Range): Range {
  return { least: most, typical, most: least }
}

/** What can be learned from a job's past runs; null: nothing yet. */
export interface Experience {
  readonly runs: number
  /** Records tried per second, including waits for the vendor. */
  readonly pace: Range | null
  /** Micro-credits per tried record. */
  readonly perRecord: Range | null
  /** What records that had not changed, or shared a call, saved for each micro-credit that was spent; missing: not known. */
  readonly savedPerCredit?: number
}

/** Runs with fewer tried records are ignored. */
const FEWEST_RECORDS = 50
/** Runs with less than this share of the records of the largest say nothing of its pace: they hardly get going. */
const LEAST_OF_LARGEST = 0.1
/** Only the latest runs count, since vendors and tables change. */
const LATEST_RUNS = 10

/** `runs`: newest first. */
export function experienceOf(runs: readonly PastRun[]): Experience {
  const relevant = runs.filter(({ tried, activeMs }) => tried >= FEWEST_RECORDS && activeMs > 0).slice(0, LATEST_RUNS)
  const tried = triedBy(relevant)
  // Runs that were slowed down on purpose do not show the achievable pace.
  const spent = sum(relevant.map((run) => run.spent))
  const saved = sum(relevant.map((run) => run.saved ?? 0))
  const largest = Math.max(0, ...relevant.map((run) => run.tried))
  const unslowed = relevant.filter((run) => !run.steady && run.tried >= LEAST_OF_LARGEST * largest)
  return {
    runs: relevant.length,
    pace: range(
      unslowed.map((run) => run.tried / (run.activeMs / 1000)),
      triedBy(unslowed) / (sum(unslowed.map((run) => run.activeMs)) / 1000),
    ),
    perRecord: range(
      relevant.map((run) => run.spent / run.tried),
      spent / tried,
    ),
    ...(saved > 0 && spent > 0 && { savedPerCredit: saved / spent }),
  }
}

function range(each: readonly number[], typical: number): Range | null {
  return each.length === 0 ? null : { least: Math.min(...each), typical, most: Math.max(...each) }
}

function triedBy(runs: readonly PastRun[]): number {
  return sum(runs.map((run) => run.tried))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
