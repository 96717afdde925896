import type { RunSummary } from '../run/run.ts'
import { doneOf, type Rates } from '../run/run-progress.ts'

/** What a run had done by an instant (epoch ms). */
export interface Mark {
  readonly at: number
  /** Records that ended, and those of them with an answer that counts. */
  readonly done: number
  readonly answered: number
  readonly spent: number
  /** Calls that failed, were throttled, or ended as unknown. */
  readonly trouble: number
}

export type Health =
  /** `rates`: of the last minute, or of the whole run where the minute shows none; null: nothing has come back yet. */
  | { readonly kind: 'well'; readonly rates: Rates | null }
  /** No call has succeeded since this instant, epoch ms; `failed`: so many went wrong meanwhile. */
  | { readonly kind: 'failing'; readonly since: number; readonly failed: number }

const MINUTE_MS = 60_000
/** Marks that are older are of another time: the run was interrupted, or not told of. */
const LONGEST_MS = 150_000
/** Over a shorter time there is no rate. */
const LEAST_MS = 1_000
/** Failures alone for so long are no accident; without a failure, silence for a minute. */
const FAILING_MS = 8_000

export function markOf(summary: Pick<RunSummary, 'records' | 'credits' | 'calls'>, at: number): Mark {
  const { records, credits, calls } = summary
  return {
    at,
    done: doneOf(summary),
    answered: records.refreshed + records.notFound + records.superseded,
    spent: credits.spent,
    trouble: calls.failed + calls.throttled + calls.unknown,
  }
}

/** How a run at work does. `marks`: oldest first; `elapsedMs`: for how long it has been worked on. Pure. */
export function healthOf(marks: readonly Mark[], now: Mark, elapsedMs: number): Health {
  // The first mark that has all successes: the last one came at that time, or shortly before.
  const quiet = marks.find(({ answered }) => answered >= now.answered)
  if (quiet !== undefined) {
    const failed = now.trouble - quiet.trouble
    const quietMs = now.at - quiet.at
    if (quietMs >= (failed > 0 ? FAILING_MS : MINUTE_MS)) return { kind: 'failing', since: quiet.at, failed }
  }
  const recent = marks.filter(({ at }) => at <= now.at && now.at - at <= LONGEST_MS)
  const from = recent.findLast(({ at }) => now.at - at >= MINUTE_MS) ?? recent[0]
  if (from !== undefined && now.answered > from.answered && now.at - from.at >= LEAST_MS)
    return { kind: 'well', rates: ratesOver(now.done - from.done, now.spent - from.spent, now.at - from.at) }
  const hasAnswers = elapsedMs > 0 && now.answered > 0
  return { kind: 'well', rates: hasAnswers ? ratesOver(now.done, now.spent, elapsedMs) : null }
}

function ratesOver(records: number, credits: number, ms: number): Rates {
  return { recordsPerMs: Math.max(0, records) / ms, creditsPerMs: Math.max(0, credits) / ms }
}
