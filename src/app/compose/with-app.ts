import type { Config } from '../../config/config.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { Connection, connect } from '../../store/client.ts'
import { asDatabaseError, driverError } from '../../store/database-error.ts'
import { migrate } from '../../store/migrations/migrate.ts'
import { prismaStore } from '../../store/prisma-store.ts'
import { type App, appOf, fromDatabase, logMigrations } from './app.ts'
import { checkTable } from './check-table.ts'
import { describeOver, openDatabase } from './with-database.ts'

/** With the database in this thread: for what does no more than read, or a few statements. */
export interface ConnectedApp extends App {
  readonly connection: Connection
}

/** Opens and migrates the database for `work`, and checks the config against the table. Throws InputError. */
export async function withApp<T>(
  config: Config,
  log: Log,
  work: (app: ConnectedApp) => Promise<T>,
  /** Lets tests wrap the connection. */
  open?: typeof connect,
): Promise<T> {
  const connection = await openDatabase(config.database, { open })
  const opened = async () => {
    const table = await checkTable(config, describeOver(connection))
    logMigrations(log, await migrate(connection))
    const store = prismaStore(connection, table)
    return { ...appOf(config, log, { table, store, connected: async () => connection }), connection }
  }
  try {
    return await work(await fromDatabase(opened()))
  } catch (error) {
    // An error that no driver has thrown may be anything: `try` runs the config's functions here.
    throw driverError(error) === null ? error : asDatabaseError(error)
  } finally {
    await connection.close()
  }
}
