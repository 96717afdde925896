import { migrateDatabase } from '../app/compose/prepare-database.ts'
import type { CommonFlags } from './flags.ts'
import { say } from './print.ts'
import { readConfig } from './read-config.ts'

/** `spenddown migrate`. */
export async function migrateCommand(flags: CommonFlags): Promise<number> {
  const config = await readConfig(flags.config)
  const { applied } = await migrateDatabase(config.database)
  say(flags, { applied }, () => [
    applied.length === 0 ? 'the database is up to date' : `applied: ${applied.join(', ')}`,
  ])
  return 0
}
