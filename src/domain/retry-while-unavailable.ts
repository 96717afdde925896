import type { Clock } from './clock.ts'
import { DatabaseUnavailableError } from './errors.ts'

const FIRST_WAIT_MS = 100

/**
 * Tries `work` again while the database is not available, up to `tries` times in all with growing waits: two that
 * start at once on SQLite may find each other's locks.
 */
export async function retryWhileUnavailable<T>(work: () => Promise<T>, tries: number, clock: Clock): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError) || tried >= tries) throw error
      await clock.sleep(FIRST_WAIT_MS * 2 ** (tried - 1))
    }
  }
}
