import type { Config } from '../../config/config.ts'
import { InputError } from '../../domain/errors.ts'
import type { Run } from '../../domain/run.ts'
import { deadlineOf } from '../../refresh/control/cycle-over.ts'
import type { RunSpec } from '../../refresh/ports/run-spec.ts'
import { composeReport } from '../../report/compose.ts'
import type { Figures } from '../../report/figures.ts'
import type { Report } from '../../report/report.ts'
import type { Connection } from '../../store/client.ts'
import { findRun, listRuns } from '../../store/runs/runs.ts'
import { rulesOf } from '../compose/vendor-rules.ts'
import { readDatabase } from '../compose/with-database.ts'
import { type ReportData, reportData } from './report-data.ts'

/**
 * The report of a run, the latest where no id is given; `vendor`: whose run it must be, null for any. Reads, and changes nothing. Throws InputError where there is no
 * such run or database, and DatabaseUnavailableError.
 */
export async function makeReport(
  config: Config,
  id: string | null,
  now: number,
  vendor: string | null = config.vendor.name,
): Promise<Report> {
  return reading(config, async (connection) => {
    const run = await namedRun(connection, vendor, id)
    const data = await reportData(connection, run.id)
    if (data === null) throw noRun(`no run "${run.id}"`)
    return reportOf(config, data, now)
  })
}

/** The report that a run's data make, with a config that is checked already. */
export function reportOf(config: Config, data: ReportData, madeAt: number): Report {
  return composeReport(figuresOf(config, data, madeAt))
}

/** Opens the database to read from it for a report. */
export async function reading<T>(
  { database }: Pick<Config, 'database'>,
  read: (connection: Connection) => Promise<T>,
): Promise<T> {
  return readDatabase(database, read, () => {
    throw noRun('no runs in this database')
  })
}

/** The run, or the vendor's latest. Throws InputError. */
export async function namedRun({ client }: Connection, vendor: string | null, id: string | null): Promise<Run> {
  const run = id === null ? ((await listRuns(client, vendor, 1))[0] ?? null) : await findRun(client, id)
  if (run === null) throw noRun(id === null ? 'no runs in this database' : `no run "${id}"`)
  if (vendor !== null && run.vendor !== vendor) throw noRun(`run ${run.id}, which is of vendor "${run.vendor}"`)
  return run
}

function figuresOf(config: Config, data: ReportData, madeAt: number): Figures {
  const { run } = data
  const rules = rulesOf(config)
  const { cycle, cost } = config.vendor.credits
  const ours = run.vendor === rules.name
  return {
    ...data,
    madeAt,
    deadline: deadlineOf(run, { cycle, rules }),
    // What is configured now says nothing of another account.
    timeZone: ours ? cycle.timeZone : 'UTC',
    steady: (JSON.parse(run.spec) as Partial<RunSpec>).pace === 'steady',
    per: ours ? cost.per : null,
  }
}

function noRun(found: string): InputError {
  const hint = '`spenddown runs` lists them; `--all-vendors` means those of others too.'
  return new InputError('RUN_NOT_FOUND', [{ path: 'report', found, allowed: "a run of this config's vendor", hint }])
}
