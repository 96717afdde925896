import { DatabaseUnavailableError } from '../errors/errors.ts'
import type { Clock } from './clock.ts'

const FIRST_WAIT_MS = 100

/**
 * Retries `work` while the database is unavailable, up to `tries` attempts in all, with growing waits: processes that
 * start at the same time on SQLite may run into each other's locks.
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
