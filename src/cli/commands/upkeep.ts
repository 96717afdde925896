import { migrateDatabase } from '../../app/compose/with-database.ts'
import type { Finding } from '../../app/health/diagnosis.ts'
import { examine } from '../../app/health/doctor.ts'
import { commandLog } from '../command-log.ts'
import { type CommonFlags, readAnyConfig, readConfig } from '../flags.ts'
import type { Host } from '../host.ts'
import { say } from '../print.ts'

export async function migrateCommand(flags: CommonFlags): Promise<number> {
  const read = await readAnyConfig(flags)
  const { database } = read.kind === 'one' ? read.config : read.fleet
  const { applied } = await migrateDatabase(database)
  say(flags, { applied }, () => [
    applied.length === 0 ? 'the database is up to date' : `applied: ${applied.join(', ')}`,
  ])
  return 0
}

/** `spenddown doctor`: 0 where all is fine, 2 where something is to be mended. */
export async function doctorCommand(flags: CommonFlags, host: Host): Promise<number> {
  const config = await readConfig(flags)
  const log = await commandLog({ ...config, exposed: [] }, { ...flags, quiet: flags.verbose !== true }, host)
  const diagnosis = await examine(config, log)
  say(flags, diagnosis, () => diagnosis.findings.map(lineOf))
  return diagnosis.ok ? 0 : 2
}

export function lineOf({ check, ok, found, mend }: Finding): string {
  const word = ok ? (mend === null ? 'fine ' : 'note ') : 'WRONG'
  // Drivers and TLS say what is wrong over several lines.
  const said = found.replace(/\s+/g, ' ').trim()
  const remedy = mend === null ? '' : `${/[.?!:]$/.test(said) ? '' : '.'} To mend it: ${mend}`
  return `${word} ${check.padEnd(10)} ${said}${remedy}`
}
