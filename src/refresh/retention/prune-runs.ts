import { cycleAt } from '../../domain/billing-cycle.ts'
import type { RunParts } from '../ports/run-parts.ts'

/** Rows of each kind that one transaction deletes. */
const ROWS = 1_000
/** A run does not wait for longer to begin; the rest goes before the next. */
const AT_MOST_MS = 2_000

export type PruneRunsParts = Pick<RunParts, 'clock' | 'log' | 'cycle' | 'keepItemsMs'> & {
  readonly rules: Pick<RunParts['rules'], 'name'>
  readonly store: Pick<RunParts['store'], 'pruneRuns'>
}

/**
 * Deletes what is kept of runs that ended long ago, but for what they came to, in small transactions and for a short
 * time. Never of the billing cycle that is: what was spent in it is counted from its calls. A failure is no reason not
 * to go on: the next time will do.
 */
export async function pruneRuns(parts: PruneRunsParts, signal: AbortSignal): Promise<void> {
  const { store, rules, clock, log, cycle, keepItemsMs } = parts
  const now = clock.now()
  const until = clock.monotonic() + AT_MOST_MS
  const endedBefore = Math.min(now - keepItemsMs, cycleAt(now, cycle).startAt)
  let rows = 0
  let more = true
  try {
    while (more && !signal.aborted && clock.monotonic() < until) {
      const pruned = await store.pruneRuns({ vendor: rules.name, endedBefore, now, rows: ROWS })
      rows += pruned.rows
      more = pruned.more
    }
  } catch (err) {
    log.warn({ err }, 'items of runs that ended long ago could not be deleted; the next run tries again')
  }
  if (rows > 0) log.info({ rows, more }, 'items, calls and replies of runs that ended long ago were deleted')
}
