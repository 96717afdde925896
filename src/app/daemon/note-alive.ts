import type { Config } from '../../config/config.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { noteScheduler, readScheduler } from '../../store/ledger/scheduler-seen.ts'
import { withDatabase } from '../compose/with-database.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * Leaves a sign of life of `schedule`, which comes again after `everyMs`; or of `tick`, which comes as often as a cron has
 * it: after the time since it was last there, an hour at least.
 */
export function noteAlive({ database, vendor }: Config, at: number, everyMs: number | null): Promise<void> {
  return withDatabase(database, async (connection) => {
    const { seenAt } = everyMs === null ? await readScheduler(connection.client, vendor.name) : { seenAt: null }
    const gap = seenAt === null ? HOUR_MS : Math.min(DAY_MS, Math.max(HOUR_MS, at - seenAt))
    await noteScheduler(connection, vendor.name, at, everyMs ?? gap)
  })
}

/** The daemon's signs of life, one at a time. That one could not be left is only logged. */
export class SignsOfLife {
  readonly #config: Config
  readonly #parts: { readonly log: Log; readonly everyMs: number }
  #noting: Promise<void> | null = null

  constructor(config: Config, parts: { readonly log: Log; readonly everyMs: number }) {
    this.#config = config
    this.#parts = parts
  }

  note(at: number): Promise<void> {
    const { log, everyMs } = this.#parts
    this.#noting ??= noteAlive(this.#config, at, everyMs)
      .catch((error: unknown) => log.debug({ why: messageOf(error) }, 'no sign of life was left'))
      .finally(() => {
        this.#noting = null
      })
    return this.#noting
  }

  async settled(): Promise<void> {
    await this.#noting
  }
}
