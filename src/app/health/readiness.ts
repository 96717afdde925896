import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../../config/config.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import { redactor } from '../../observability/logger.ts'
import { pendingMigrations } from '../../store/migrations/migrate.ts'
import type { Unready } from '../../web/health.ts'
import { withDatabase } from '../compose/with-database.ts'

/** How long an answer is reused, however often somebody asks. */
const KEPT_MS = 5_000
/** The longest that a probe waits. */
const PATIENCE_MS = 2_000

/** Why the database cannot be used: unreachable, or not up to date; null: it can. Changes nothing. */
export function databaseReadiness(
  { database, secrets }: Pick<Config, 'database' | 'secrets'>,
  monotonic: () => number,
) {
  const hide = redactor(secrets)
  let known: { readonly at: number; readonly why: string | null } | null = null
  let underWay: Promise<string | null> | null = null
  const ask = async () => {
    if (known !== null && monotonic() - known.at < KEPT_MS) return known.why
    underWay ??= look(database).then((why) => {
      known = { at: monotonic(), why }
      underWay = null
      return why
    })
    return Promise.race([underWay, delay(PATIENCE_MS, `no answer within ${PATIENCE_MS / 1_000} s`, { ref: false })])
  }
  return async (): Promise<Unready | null> => {
    const why = await ask()
    return why === null ? null : { reason: 'database', detail: hide(why) }
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
