import type { DatabaseConfig } from '../../config/config.ts'
import { openDatabaseThread } from '../../store/worker/database-thread.ts'
import { checkDatabase } from './check-database.ts'

export { startDatabaseThread } from '../../store/worker/database-thread.ts'

/** Begins to open the database in the thread of the next run, which reports what is wrong with it. */
export function openEarly(database: DatabaseConfig): void {
  try {
    checkDatabase(database)
  } catch {
    return
  }
  openDatabaseThread(database.url, database.dialect)
}
