import { cycleAt } from '../../domain/cycle/billing-cycle.ts'
import type { RunParts } from '../ports/run-parts.ts'

/** Rows of each kind deleted per transaction. */
const ROWS = 1_000
/** Pruning delays the start of a run by no more than this; the next run continues it. */
const AT_MOST_MS = 2_000

export type PruneRunsParts = Pick<RunParts, 'clock' | 'log' | 'cycle' | 'keepItemsMs'> & {
  readonly rules: Pick<RunParts['rules'], 'name'>
  readonly store: Pick<RunParts['store'], 'pruneRuns'>
}

/**
 * Deletes the items, calls and replies of runs that ended long ago, but not the runs and their totals, in small
 * transactions and for a limited time. The current billing cycle is kept, since its spending is summed up from its calls.
 * A failure is only logged: the next run tries again.
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
