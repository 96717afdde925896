import type { DatabaseConfig } from '../../config/config.ts'
import { migrate } from '../../store/migrations/migrate.ts'
import { checkDatabase, checkDatabasePlace } from './check-database.ts'
import { withDatabase } from './with-database.ts'

/** Brings spenddown's own tables up to date; on SQLite the file is made if it is missing. */
export async function migrateDatabase(database: DatabaseConfig): Promise<{ applied: readonly string[] }> {
  return withDatabase(database, migrate, checkDatabasePlace)
}

/** As `migrateDatabase`, for a database that must be there already: it holds the records. */
export async function prepareDatabase(database: DatabaseConfig): Promise<void> {
  checkDatabase(database)
  await migrateDatabase(database)
}
