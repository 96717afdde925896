import type { Config } from '../../config/config.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { type Connection, connect } from '../../store/client.ts'
import { migrate } from '../../store/migrations/migrate.ts'
import { prismaStore } from '../../store/prisma-store.ts'
import { type App, appOf, closingOnError, logMigrations } from './app.ts'
import { checkTable } from './check-table.ts'
import { describeOver, openDatabase } from './with-database.ts'

/** With the database in this thread: for what does no more than read, or a few statements. */
export interface ConnectedApp extends App {
  readonly connection: Connection
}

/**
 * Opens the database, migrates spenddown's tables, and checks the config against the user's table. Throws InputError with
 * all problems at once, before anything is spent. `open`: lets tests wrap the connection.
 */
export async function openApp(config: Config, log: Log, open: typeof connect = connect): Promise<ConnectedApp> {
  const connection = await openDatabase(config.database, open)
  const close = () => connection.close()
  return closingOnError(close, async () => {
    const { table, conditions } = await checkTable(config, describeOver(connection))
    logMigrations(log, await migrate(connection))
    const store = prismaStore(connection, table)
    const opened = { table, conditions, store, connected: async () => connection, close }
    return { ...appOf(config, log, opened), connection }
  })
}
