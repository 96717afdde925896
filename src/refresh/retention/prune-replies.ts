import type { Clock } from '../../domain/clock.ts'
import type { Log } from '../ports/log.ts'
import type { RunStore } from '../ports/store.ts'

/** Pages that one transaction deletes; a page is a megabyte at most, and mostly far less. */
const PAGES = 50

/** Deletes kept replies that may go by now, in small transactions. A failure is no reason not to go on: the next time will do. */
export async function pruneReplies(
  { store, clock, log }: { readonly store: Pick<RunStore, 'pruneReplies'>; readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now()
  let pruned = 0
  try {
    for (let went = PAGES; went === PAGES && !signal.aborted; pruned += went)
      went = await store.pruneReplies(now, PAGES)
  } catch (err) {
    log.warn({ err }, 'kept replies that may go could not be deleted; the next run tries again')
  }
  if (pruned > 0) log.info({ pages: pruned }, 'kept replies that may go were deleted')
}
