import type { DatabaseConfig } from '../../config/config.ts'
import { migrate } from '../../store/migrations/migrate.ts'
import { checkDatabase, checkDatabasePlace } from './check-database.ts'
import { withDatabase } from './with-database.ts'

/** Migrates spenddown's tables; a missing SQLite file is created. */
export async function migrateDatabase(database: DatabaseConfig): Promise<{ applied: readonly string[] }> {
  return withDatabase(database, migrate, checkDatabasePlace)
}

/** As `migrateDatabase`, but the database must exist, since it holds the records. */
export async function prepareDatabase(database: DatabaseConfig): Promise<void> {
  checkDatabase(database)
  await migrateDatabase(database)
}
