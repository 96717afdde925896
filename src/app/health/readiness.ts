import type { Config } from '../../config/config.ts'
import { messageOf } from '../../domain/errors.ts'
import { redactor } from '../../observability/logger.ts'
import { pendingMigrations } from '../../store/migrations/migrate.ts'
import type { Unready } from '../../web/health.ts'
import { withDatabase } from '../compose/with-database.ts'

/** However often somebody asks, the database is looked at no more often than this. */
const KEPT_MS = 5_000
/** A probe does not wait longer. */
const PATIENCE_MS = 2_000

/** Whether the database can be reached and is up to date. Changes nothing. */
export class DatabaseReadiness {
  readonly #config: Pick<Config, 'database' | 'secrets'>
  readonly #monotonic: () => number
  #known: { readonly at: number; readonly why: string | null } | null = null
  #underWay: Promise<string | null> | null = null

  constructor(config: Pick<Config, 'database' | 'secrets'>, monotonic: () => number) {
    this.#config = config
    this.#monotonic = monotonic
  }

  async unready(): Promise<Unready | null> {
    const why = await this.#ask()
    return why === null ? null : { reason: 'database', detail: redactor(this.#config.secrets)(why) }
  }

  async #ask(): Promise<string | null> {
    const known = this.#known
    if (known !== null && this.#monotonic() - known.at < KEPT_MS) return known.why
    this.#underWay ??= look(this.#config.database).then((why) => {
      this.#known = { at: this.#monotonic(), why }
      this.#underWay = null
      return why
    })
    return Promise.race([this.#underWay, tooLate()])
  }
}

async function look(database: Config['database']): Promise<string | null> {
  try {
    const pending = await withDatabase(database, pendingMigrations)
    return pending.length === 0 ? null : `it is not up to date: ${pending.length} migrations are to be applied`
  } catch (error) {
    return messageOf(error)
  }
}

function tooLate(): Promise<string> {
  const why = `no answer within ${PATIENCE_MS / 1_000} s`
  return new Promise((resolve) => void setTimeout(() => resolve(why), PATIENCE_MS).unref())
}
