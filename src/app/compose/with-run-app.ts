import type { Config } from '../../config/config.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { connect } from '../../store/client.ts'
import { runThread } from '../../store/worker/database-thread.ts'
import { type App, appOf, fromDatabase, logMigrations } from './app.ts'
import { checkDatabase } from './check-database.ts'
import { checkTable } from './check-table.ts'
import { keptConnection } from './kept-connection.ts'
import { sharedIn } from './shared-database.ts'

/** As `withApp`, with the database in a thread of its own, which runs need; with `open` in this one. */
export async function withRunApp<T>(
  config: Config,
  log: Log,
  work: (app: App) => Promise<T>,
  open?: typeof connect,
): Promise<T> {
  const { database } = config
  const shared = sharedIn(database)
  const thread = open !== undefined ? null : shared === null ? runThread() : shared.thread.session()
  if (thread === null) return (await import('./with-app.ts')).withApp(config, log, work, open)
  const own = keptConnection(async () => (await import('./with-database.ts')).openDatabase(database))
  const opened = async () => {
    checkDatabase(database)
    await thread.open(database.url, database.dialect, shared?.most)
    const table = await checkTable(config, (wanted) => thread.describe(wanted))
    logMigrations(log, await thread.migrate())
    await thread.useTable(table)
    return appOf(config, log, { table, store: thread, connected: own.connection })
  }
  try {
    return await work(await fromDatabase(opened()))
  } finally {
    await thread.close()
    await own.close()
  }
}
