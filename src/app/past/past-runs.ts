import type { DatabaseConfig } from '../../config/config.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { type Run, type RunSummary, summarize } from '../../domain/run/run.ts'
import type { Client, Connection } from '../../store/client.ts'
import { leaseHolder } from '../../store/ledger/leases.ts'
import { findRun, listRuns } from '../../store/runs/runs.ts'
import { readDatabase } from '../compose/with-database.ts'

/** Whose runs are meant; `vendor` null: those of all vendors. */
export interface Scope {
  readonly database: DatabaseConfig
  readonly vendor: string | null
}

/** Runs, newest first; none if spenddown's tables are missing. Changes nothing. */
export async function pastRuns({ database, vendor }: Scope, limit: number, now = Date.now()): Promise<RunSummary[]> {
  const read = async (connection: Connection) => {
    const runs = await listRuns(connection.client, vendor, limit)
    return Promise.all(runs.map((run) => summaryOf(run, connection, now)))
  }
  return readDatabase(database, read, () => [])
}

/** One run, the latest where no id is given; null if there is none. */
export async function pastRun({ database, vendor }: Scope, id: string | null, now = Date.now()) {
  const read = async (connection: Connection): Promise<RunSummary | null> => {
    const run = await runNamed(connection, vendor, id)
    return run === null || (vendor !== null && run.vendor !== vendor) ? null : summaryOf(run, connection, now)
  }
  return readDatabase(database, read, () => null)
}

/** As `pastRun`. Throws InputError if there is none. */
export async function runStatus(scope: Scope, id: string | null, now = Date.now()): Promise<RunSummary> {
  const summary = await pastRun(scope, id, now)
  if (summary !== null) return summary
  const whose = scope.vendor === null ? 'of this database' : `of vendor "${scope.vendor}"`
  const found = id === null ? 'no runs' : `no run "${id}"`
  const hint = '`spenddown runs` lists them; `--all-vendors` means those of others too.'
  throw new InputError('RUN_NOT_FOUND', [{ path: 'status', found, allowed: `a run ${whose}`, hint }])
}

/** The run of that id, of any vendor; without an id the vendor's latest. */
export async function runNamed({ client }: Connection, vendor: string | null, id: string | null): Promise<Run | null> {
  return id === null ? ((await listRuns(client, vendor, 1))[0] ?? null) : findRun(client, id)
}

/** The run's summary; a "running" run that no process works on counts as interrupted. */
export async function summaryOf(run: Run, { client }: { readonly client: Pick<Client, 'account'> }, now: number) {
  if (run.status !== 'running') return summarize(run)
  const held = run.abandonedAt === null ? await leaseHolder(client, run.vendor, now) : null
  return summarize(held !== null ? run : { ...run, status: 'stopped', stopReason: 'interrupted' })
}
