import type { DatabaseConfig } from '../../config/config.ts'
import type { Run } from '../../domain/run.ts'
import { type RunSummary, summarize } from '../../domain/run.ts'
import type { RunSnapshot } from '../../domain/run-snapshot.ts'
import type { Client } from '../../store/client.ts'
import { leaseHolder } from '../../store/ledger/leases.ts'
import { findRun, listRuns } from '../../store/runs/runs.ts'
import { readSnapshots } from '../../store/runs/snapshots.ts'
import { readDatabase } from '../compose/with-database.ts'

/** Whose runs are meant; null: those of all vendors. */
export interface Scope {
  readonly database: DatabaseConfig
  readonly vendor: string | null
}

/** The runs of a vendor, newest first; none where spenddown has not been there yet. Changes nothing. */
export async function pastRuns({ database, vendor }: Scope, limit: number): Promise<RunSummary[]> {
  return readDatabase(
    database,
    async (connection) => {
      const runs = await listRuns(connection.client, vendor, limit)
      return Promise.all(runs.map((run) => summaryOf(run, connection)))
    },
    () => [],
  )
}

/** One run, the latest where no id is given; null if there is none. */
export async function pastRun({ database, vendor }: Scope, id: string | null): Promise<RunSummary | null> {
  return readDatabase(
    database,
    async (connection) => {
      const { client } = connection
      const run = id === null ? ((await listRuns(client, vendor, 1))[0] ?? null) : await findRun(client, id)
      return run === null || (vendor !== null && run.vendor !== vendor) ? null : summaryOf(run, connection)
    },
    () => null,
  )
}

/** A run's snapshots in order; empty if there is no such run, or its items have been deleted. */
export async function pastCourse(database: DatabaseConfig, id: string): Promise<RunSnapshot[]> {
  return readDatabase(
    database,
    async ({ client }) => {
      const run = await findRun(client, id)
      return run === null ? [] : readSnapshots(client, run.no)
    },
    () => [],
  )
}

/** The run's summary; a "running" run whose lease nobody holds counts as interrupted. */
export async function summaryOf(
  run: Run,
  { client }: { readonly client: Pick<Client, 'account'> },
): Promise<RunSummary> {
  if (run.status !== 'running') return summarize(run)
  const held = await leaseHolder(client, run.vendor, Date.now())
  return summarize(held !== null ? run : { ...run, status: 'stopped', stopReason: 'interrupted' })
}
