import type { Config } from './config/config.ts'
import { InputError } from './domain/errors.ts'
import type { Run } from './domain/run.ts'
import { summaryOf } from './history.ts'
import { deadlineOf } from './refresh/cycle-over.ts'
import type { RunSpec } from './refresh/run-spec.ts'
import { composeReport } from './report/compose.ts'
import type { Figures } from './report/figures.ts'
import type { Report } from './report/report.ts'
import { callCosts } from './store/call-costs.ts'
import { type Connection, connect } from './store/client.ts'
import { asDatabaseError, isTableMissing } from './store/database-error.ts'
import { firstChanges } from './store/kept-changes.ts'
import { outcomesOf } from './store/outcomes.ts'
import { decisionsOfRun, unsettledOf } from './store/run-unsettled.ts'
import { findRun, isPruned, listRuns } from './store/runs.ts'
import { readSnapshots } from './store/snapshots.ts'
import { rulesOf } from './vendor-rules.ts'

/** So many reasons of each outcome; so many unknown calls and decisions. */
const REASONS = 50
const CALLS = 50
/** So many values that have changed, where they are kept. */
const CHANGES = 20

/**
 * The report of a run, the latest where no id is given. Reads, and changes nothing. Throws InputError where there is no
 * such run, and DatabaseUnavailableError.
 */
export async function makeReport(config: Config, id: string | null, now: number): Promise<Report> {
  return reading(config, async (connection) => {
    return reportOver(connection, config, await namedRun(connection, id), now)
  })
}

/** The same of a run that is found already, over a connection that is kept. */
export async function reportOver(connection: Connection, config: Config, run: Run, now: number): Promise<Report> {
  return composeReport(await figuresOf(config, run, connection, now))
}

/** Opens the database to read from it for a report. */
export async function reading<T>(
  { database }: Pick<Config, 'database'>,
  read: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(database.url, database.dialect)
  try {
    return await read(connection)
  } catch (error) {
    if (isTableMissing(error)) throw noRun('no runs in this database')
    throw error instanceof InputError ? error : asDatabaseError(error)
  } finally {
    await connection.close()
  }
}

/** The run, or the latest. Throws InputError. */
export async function namedRun({ client }: Connection, id: string | null): Promise<Run> {
  const run = id === null ? ((await listRuns(client, 1))[0] ?? null) : await findRun(client, id)
  if (run === null) throw noRun(id === null ? 'no runs in this database' : `no run "${id}"`)
  return run
}

async function figuresOf(config: Config, run: Run, connection: Connection, madeAt: number): Promise<Figures> {
  const { client, dialect } = connection
  const rules = rulesOf(config)
  const { cycle, cost } = config.vendor.credits
  const ours = run.vendor === rules.name
  const pruned = await isPruned(client, run.no)
  return {
    madeAt,
    run,
    summary: await summaryOf(run, connection),
    pruned,
    deadline: deadlineOf(run, { cycle, rules }),
    // What is configured now says nothing of another account.
    timeZone: ours ? cycle.timeZone : 'UTC',
    steady: (JSON.parse(run.spec) as Partial<RunSpec>).pace === 'steady',
    per: ours ? cost.per : null,
    costs: await callCosts(client, dialect, run.no),
    reasons: await outcomesOf(client, dialect, run.no, REASONS),
    snapshots: await readSnapshots(client, run.no),
    unsettled: await unsettledOf(client, dialect, run.no, CALLS),
    decisions: await decisionsOfRun(client, run.no, CALLS),
    changed: await someChanges(connection, run.no),
  }
}

async function someChanges({ client, dialect }: Connection, runNo: number): Promise<Figures['changed']> {
  const all = (await firstChanges(client, dialect, runNo, CHANGES)).flatMap(({ key, changes }) =>
    Object.entries(changes).map(([column, [before, after]]) => ({ key, column, before, after })),
  )
  return all.slice(0, CHANGES)
}

function noRun(found: string): InputError {
  const hint = '`spenddown runs` lists them.'
  return new InputError('RUN_NOT_FOUND', [{ path: 'report', found, allowed: 'a run of this database', hint }])
}
