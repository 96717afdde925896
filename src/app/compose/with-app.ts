import type { Config } from '../../config/config.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { Connection, connect } from '../../store/client.ts'
import { migrate } from '../../store/migrations/migrate.ts'
import { prismaStore } from '../../store/prisma-store.ts'
import { type App, appOf, logMigrations } from './app.ts'
import { checkTable } from './check-table.ts'
import { describeOver, withDatabase } from './with-database.ts'

/** With the database in this thread: for what does no more than read, or a few statements. */
export interface ConnectedApp extends App {
  readonly connection: Connection
}

/**
 * Opens the database for the duration of `work`, migrates spenddown's tables, and checks the config against the user's
 * table. Throws InputError with all problems at once, before anything is spent, and DatabaseUnavailableError. `open`: lets
 * tests wrap the connection.
 */
export async function withApp<T>(
  config: Config,
  log: Log,
  work: (app: ConnectedApp) => Promise<T>,
  open?: typeof connect,
): Promise<T> {
  const within = async (connection: Connection) => {
    const table = await checkTable(config, describeOver(connection))
    logMigrations(log, await migrate(connection))
    const store = prismaStore(connection, table)
    return work({ ...appOf(config, log, { table, store, connected: async () => connection }), connection })
  }
  return withDatabase(config.database, within, { open })
}
