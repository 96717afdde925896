import { ended, type RunSummary } from '../domain/run.ts'

/** Fewer records than these tell nothing of how fast it goes. */
const FEWEST = 50

/**
 * When a run that is at work will have done what it can, if it goes on as it has: epoch ms; null: nobody can tell. What
 * ends first counts, the records or the credits.
 */
export function endingAt(
  { status, records, credits, elapsedMs, controlRequest }: RunSummary,
  now: number,
): number | null {
  const done = ended(records)
  if (status !== 'running' || controlRequest !== null || done < FEWEST || elapsedMs <= 0) return null
  const perRecord = (credits.spent + credits.unknown) / done
  const left = Math.max(0, credits.budget - credits.spent - credits.unknown)
  const payable = perRecord > 0 ? left / perRecord : Number.POSITIVE_INFINITY
  return now + Math.min(records.remaining, payable) * (elapsedMs / done)
}

/** How much of what a run may do is done, 0 to 1: of its records or of its budget, whichever is farther. */
export function progressOf({ status, records, credits }: RunSummary): number {
  if (status === 'completed') return 1
  const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : 0)
  return Math.max(share(ended(records), records.selected), share(credits.spent + credits.unknown, credits.budget))
}
