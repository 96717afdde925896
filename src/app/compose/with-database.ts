import type { DatabaseConfig } from '../../config/config.ts'
import { answering, type Connection, connect } from '../../store/client.ts'
import { asDatabaseError, isTableMissing } from '../../store/database-error.ts'
import { migrate } from '../../store/migrations/migrate.ts'
import { type Describe, describeTable } from '../../store/user-table/describe/describe-table.ts'
import { checkDatabase, checkDatabasePlace } from './check-database.ts'
import { SharedDatabase, sharedIn } from './shared-database.ts'

/** `open`: lets tests wrap the connection. */
interface Opening {
  readonly open?: typeof connect | undefined
  readonly check?: (database: DatabaseConfig) => void
}

/** Opens the database; the caller closes it. Throws InputError if there is none, and DatabaseUnavailableError. */
export async function openDatabase(
  database: DatabaseConfig,
  { open = connect, check = checkDatabase }: Opening = {},
): Promise<Connection> {
  check(database)
  const borrowed = open === connect ? await sharedIn(database)?.connection() : null
  if (borrowed) return borrowed
  return answering(() => open(database.url, database.dialect))
}

/** The same database for many accounts that are worked at once; whoever makes it closes it. */
export function sharedDatabase(database: DatabaseConfig, accountsAtOnce: number): SharedDatabase {
  const open = (most: number) => answering(() => connect(database.url, database.dialect, most))
  return new SharedDatabase(accountsAtOnce, open)
}

/** Opens the database for the duration of `work`. Throws DatabaseUnavailableError if it becomes unreachable. */
export async function withDatabase<T>(
  database: DatabaseConfig,
  work: (connection: Connection) => Promise<T>,
  opening?: Opening,
): Promise<T> {
  const connection = await openDatabase(database, opening)
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

/** Migrates spenddown's tables; a missing SQLite file is created. */
export async function migrateDatabase(database: DatabaseConfig): Promise<{ applied: readonly string[] }> {
  return withDatabase(database, migrate, { check: checkDatabasePlace })
}

/** As `migrateDatabase`, but the database must exist, since it holds the records. */
export async function prepareDatabase(database: DatabaseConfig): Promise<void> {
  await withDatabase(database, migrate)
}

export function describeOver({ client, dialect }: Pick<Connection, 'client' | 'dialect'>): Describe {
  return (wanted) => describeTable(client, dialect, wanted)
}
