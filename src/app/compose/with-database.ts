import type { DatabaseConfig } from '../../config/config.ts'
import { type Connection, connect, ping } from '../../store/client.ts'
import { asDatabaseError, isTableMissing } from '../../store/database-error.ts'
import { type Describe, describeTable } from '../../store/user-table/describe/describe-table.ts'
import { checkDatabase } from './check-database.ts'

/**
 * Opens the database; the caller closes it. Throws InputError if there is none, and DatabaseUnavailableError. `open`: lets
 * tests wrap the connection.
 */
export async function openDatabase(
  database: DatabaseConfig,
  open: typeof connect = connect,
  check: (database: DatabaseConfig) => void = checkDatabase,
): Promise<Connection> {
  check(database)
  const connection = await open(database.url, database.dialect)
  try {
    await ping(connection)
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** Opens the database for the duration of `work`. Throws DatabaseUnavailableError if it becomes unreachable. */
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

/** The same for reading only; `nothing` is called if spenddown's tables are missing, as before the first run. */
export function readDatabase<T>(
  database: DatabaseConfig,
  read: (connection: Connection) => Promise<T>,
  nothing: () => T,
): Promise<T> {
  return withDatabase(database, (connection) => orNothing(() => read(connection), nothing))
}

/** Reads over an open connection; `nothing` if spenddown's tables are missing. Throws DatabaseUnavailableError and the like. */
export async function orNothing<T>(read: () => Promise<T>, nothing: () => T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (isTableMissing(error)) return nothing()
    throw asDatabaseError(error)
  }
}

/** Describes the user's table over a connection. */
export function describeOver({ client, dialect }: Pick<Connection, 'client' | 'dialect'>): Describe {
  return (wanted) => describeTable(client, dialect, wanted)
}
