import type { Config } from '../../config/config.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { Judgement } from '../../domain/judgement/judgement.ts'
import type { Run } from '../../domain/run/run.ts'
import { deadlineOf } from '../../refresh/control/cycle-over.ts'
import type { RunSpec } from '../../refresh/ports/run-spec.ts'
import { csvLines } from '../../report/formats/csv.ts'
import { composeReport, type Report } from '../../report/report.ts'
import type { Connection } from '../../store/client.ts'
import { allItems, firstChanges } from '../../store/runs/items.ts'
import { rulesOf } from '../compose/vendor-rules.ts'
import { readDatabase } from '../compose/with-database.ts'
import { runNamed, type Scope } from '../past/past-runs.ts'
import { judgeOver, shownIn } from '../plan/judgement.ts'
import { type ReportData, reportData } from './report-data.ts'

/** A run's report, by default the latest's; `vendor` null: of any vendor. Throws InputError if there is none. */
export async function makeReport(
  config: Config,
  id: string | null,
  now: number,
  vendor: string | null = config.vendor.name,
): Promise<Report> {
  return reading({ ...config, vendor }, id, async (run, connection) => {
    const data = await reportData(connection, run.id, now)
    if (data === null) throw noRun(`no run "${run.id}"`)
    return reportOf(config, data, now, await judgeOver(connection, config, now))
  })
}

/** A run's items as CSV, a row each, handed to `take` piece by piece. Throws as `makeReport` does. */
export async function csvReport(
  scope: Scope,
  id: string | null,
  take: (pieces: AsyncIterable<string>) => Promise<void>,
): Promise<void> {
  return reading(scope, id, async (run, { client, dialect }) => {
    const kept = (await firstChanges(client, run.no, 1)).length > 0
    const columns = kept ? Object.keys(run.changes?.columns ?? {}).toSorted() : []
    return take(csvLines(allItems(client, dialect, run.no), columns))
  })
}

/** `judgement`: on the account of the config's vendor. */
export function reportOf(config: Config, data: ReportData, madeAt: number, judgement: Judgement): Report {
  const { run } = data
  const rules = rulesOf(config)
  const { cycle, cost } = config.vendor.credits
  const ours = run.vendor === rules.name
  const deadline = deadlineOf(run, { cycle, rules })
  return composeReport({
    ...data,
    madeAt,
    judgement: ours && deadline.resetAt > madeAt ? shownIn(config, judgement) : null,
    deadline,
    // The config says nothing about runs of another vendor.
    timeZone: ours ? cycle.timeZone : 'UTC',
    steady: (JSON.parse(run.spec) as Partial<RunSpec>).pace === 'steady',
    per: ours ? cost.per : null,
    price: (ours && config.report?.pricePerCredit) || null,
  })
}

type Read<T> = (run: Run, connection: Connection) => Promise<T>

async function reading<T>({ database, vendor }: Scope, id: string | null, read: Read<T>): Promise<T> {
  const none = vendor === null ? 'no runs in this database' : `no runs of vendor "${vendor}"`
  const readRun = async (connection: Connection) => {
    const run = await runNamed(connection, vendor, id)
    if (run === null) throw noRun(id === null ? none : `no run "${id}"`)
    if (vendor !== null && run.vendor !== vendor) throw noRun(`run ${run.id}, which is of vendor "${run.vendor}"`)
    return read(run, connection)
  }
  return readDatabase(database, readRun, () => {
    throw noRun(none)
  })
}

function noRun(found: string): InputError {
  const hint = '`spenddown runs` lists them; `--all-vendors` means those of others too.'
  return new InputError('RUN_NOT_FOUND', [{ path: 'report', found, allowed: "a run of this config's vendor", hint }])
}
