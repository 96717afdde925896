import type { RunParts } from '../ports/run-parts.ts'
import type { RunStore } from '../ports/store.ts'

/** Pages deleted per transaction; a page is at most a megabyte, and mostly far less. */
const PAGES = 50

/** Deletes expired replies, in small transactions. A failure is only logged: the next run tries again. */
export async function pruneReplies(
  { store, clock, log }: Pick<RunParts, 'clock' | 'log'> & { readonly store: Pick<RunStore, 'pruneReplies'> },
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now()
  let pruned = 0
  try {
    for (let went = PAGES; went === PAGES && !signal.aborted; pruned += went)
      went = await store.pruneReplies(now, PAGES)
  } catch (err) {
    log.warn({ err }, 'expired replies could not be deleted; the next run tries again')
  }
  if (pruned > 0) log.info({ pages: pruned }, 'expired replies were deleted')
}
