import type { Config } from '../../config/config.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { Connection, connect } from '../../store/client.ts'
import { runThread } from '../../store/worker/database-thread.ts'
import { type App, appOf, closingOnError, logMigrations } from './app.ts'
import { checkDatabase } from './check-database.ts'
import { checkTable } from './check-table.ts'

/**
 * As `openApp`, with the database in a thread of its own, which runs need. `open`: opens it in this thread, and lets tests
 * wrap the connection.
 */
export async function openRunApp(config: Config, log: Log, open?: typeof connect): Promise<App> {
  const { database } = config
  const thread = open === undefined ? runThread() : null
  if (thread === null) return (await import('./open-app.ts')).openApp(config, log, open)
  let own: Promise<Connection> | null = null
  const connected = async () => {
    const { openDatabase } = await import('./with-database.ts')
    own ??= openDatabase(database).catch((error: unknown) => {
      own = null
      throw error
    })
    return own
  }
  const close = async () => {
    await thread.close()
    await (await own)?.close()
  }
  return closingOnError(close, async () => {
    checkDatabase(database)
    await thread.open(database.url, database.dialect)
    const { table, conditions } = await checkTable(config, (wanted) => thread.describe(wanted))
    logMigrations(log, await thread.migrate())
    await thread.useTable(table)
    return appOf(config, log, { table, conditions, store: thread, connected, close })
  })
}
