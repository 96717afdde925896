import type { RunSummary } from './run.ts'

type Amounts = Pick<RunSummary, 'records' | 'credits'>

/** How many of the selected records have ended. */
export function doneOf({ records }: Pick<RunSummary, 'records'>): number {
  return records.selected - records.remaining
}

/** Credits that the run may still spend; those that unknown calls hold are not among them. */
export function leftOf({ credits }: Pick<RunSummary, 'credits'>): number {
  return Math.max(0, credits.budget - credits.spent - credits.unknown)
}

export interface Rates {
  readonly recordsPerMs: number
  readonly creditsPerMs: number
}

/**
 * How long a run lasts at these rates, ms: until its credits are spent, or until its records have ended if it selects no
 * more of them. Null: it would never end.
 */
export function msLeft(run: Amounts, { recordsPerMs, creditsPerMs }: Rates, selectsMore = false): number | null {
  const recordsMs = selectsMore ? Number.POSITIVE_INFINITY : timeFor(run.records.remaining, recordsPerMs)
  const ms = Math.min(recordsMs, timeFor(leftOf(run), creditsPerMs))
  return Number.isFinite(ms) ? ms : null
}

function timeFor(left: number, perMs: number): number {
  if (left <= 0) return 0
  return perMs > 0 ? left / perMs : Number.POSITIVE_INFINITY
}
