import type { Config, JobConfig } from '../../config/config.ts'
import type { Condition } from '../../domain/where.ts'
import type { Emit, RunProbe } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { RunParts } from '../../refresh/ports/run-parts.ts'
import type { RunStore } from '../../refresh/ports/store.ts'
import type { Connection } from '../../store/client.ts'
import { asDatabaseError } from '../../store/database-error.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { conditionOf } from './check-table.ts'
import { reserveWorker } from './reserves.ts'
import { runParts } from './run-parts.ts'

export interface App {
  readonly config: Config
  readonly table: UserTable
  readonly store: RunStore
  /** The condition of every run of the job: eligible, and the job's own. */
  conditionOf(job: JobConfig): Condition
  /** The dependencies of a run. */
  parts(emit: Emit, probe?: RunProbe): RunParts
  close(): Promise<void>
}

/** What is known of the database once it is open. */
export interface Opened {
  readonly table: UserTable
  readonly conditions: ReadonlyMap<string, Condition>
  readonly store: RunStore
  /** A connection in this thread. */
  readonly connected: () => Promise<Connection>
  readonly close: () => Promise<void>
}

export function appOf(config: Config, log: Log, { table, conditions, store, connected, close }: Opened): App {
  return {
    config,
    table,
    store,
    conditionOf: (job) => conditions.get(job.name) ?? conditionOf(config, job, table, []),
    parts: (emit, probe) => ({
      ...runParts(config, table, store, log, emit),
      workOutReserve: reserveWorker(config, connected),
      probe,
    }),
    close,
  }
}

export async function closingOnError<T>(close: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await close()
    throw asDatabaseError(error)
  }
}

export function logMigrations(log: Log, { applied }: { readonly applied: readonly string[] }): void {
  if (applied.length > 0) log.info({ applied }, 'the database was brought up to date')
}
