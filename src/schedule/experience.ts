import type { PastRun } from './past-run.ts'

/** What past runs showed of a quantity: the least and the most of a run, and that of all of them together. */
export interface Range {
  readonly least: number
  readonly typical: number
  readonly most: number
}

/** What can be learned from a job's past runs; null: nothing yet. */
export interface Experience {
  readonly runs: number
  /** Records tried a second, waiting for the vendor included. */
  readonly pace: Range | null
  /** Micro-credits that a tried record cost. */
  readonly perRecord: Range | null
}

/** Fewer records than these tell nothing of a pace or of a share. */
const FEWEST_RECORDS = 50
/** Vendors and tables change: only so many runs count. */
const LATEST_RUNS = 10

/** `runs`: newest first. */
export function experienceOf(runs: readonly PastRun[]): Experience {
  const telling = runs.filter(({ tried, activeMs }) => tried >= FEWEST_RECORDS && activeMs > 0).slice(0, LATEST_RUNS)
  const tried = triedBy(telling)
  // What could have been faster does not tell how fast it could have been.
  const hurried = telling.filter(({ steady }) => !steady)
  return {
    runs: telling.length,
    pace: range(
      hurried.map((run) => run.tried / (run.activeMs / 1000)),
      triedBy(hurried) / (sum(hurried.map((run) => run.activeMs)) / 1000),
    ),
    perRecord: range(
      telling.map((run) => run.spent / run.tried),
      sum(telling.map((run) => run.spent)) / tried,
    ),
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
