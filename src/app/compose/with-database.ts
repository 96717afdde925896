import type { DatabaseConfig } from '../../config/config.ts'
import { type Connection, connect, reach } from '../../store/client.ts'
import { asDatabaseError, isTableMissing } from '../../store/database-error.ts'
import { checkDatabase } from './check-database.ts'

/**
 * Opens the database; whoever opens it closes it. Throws InputError where there is none, and DatabaseUnavailableError.
 * `open`: for those who wrap the connection.
 */
export async function openDatabase(
  database: DatabaseConfig,
  open: typeof connect = connect,
  check: (database: DatabaseConfig) => void = checkDatabase,
): Promise<Connection> {
  check(database)
  const connection = await open(database.url, database.dialect)
  try {
    await reach(connection)
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** Opens the database for as long as `work` takes. One that goes away meanwhile is told as DatabaseUnavailableError. */
export async function withDatabase<T>(
  database: DatabaseConfig,
  work: (connection: Connection) => Promise<T>,
  check?: (database: DatabaseConfig) => void,
): Promise<T> {
  const connection = await openDatabase(database, connect, check)
  try {
    return await work(connection)
  } catch (error) {
    throw asDatabaseError(error)
  } finally {
    await connection.close()
  }
}

/** The same for who only reads; `nothing` answers where spenddown's tables are missing, as before its first run. */
export function readDatabase<T>(
  database: DatabaseConfig,
  read: (connection: Connection) => Promise<T>,
  nothing: () => T,
): Promise<T> {
  return withDatabase(database, (connection) => orNothing(() => read(connection), nothing))
}

/** Reads over a connection that is open. Throws what the database said as DatabaseUnavailableError and its like. */
export async function orNothing<T>(read: () => Promise<T>, nothing: () => T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (isTableMissing(error)) return nothing()
    throw asDatabaseError(error)
  }
}
