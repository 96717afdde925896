import type { Config } from '../../config/config.ts'
import { type Clock, systemClock } from '../../domain/time/clock.ts'
import type { CallProbe } from '../../refresh/events/call-probe.ts'
import type { Emit } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { RunParts } from '../../refresh/ports/run-parts.ts'
import type { RunStore } from '../../refresh/ports/store.ts'
import type { Connection } from '../../store/client.ts'
import { asDatabaseError } from '../../store/database-error.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { reserveWorker } from './reserves.ts'
import { runParts } from './run-parts.ts'

/** A checked config, with its open database. */
export interface App {
  readonly config: Config
  readonly table: UserTable
  readonly store: RunStore
  readonly clock: Clock
  parts(emit: Emit, probe?: CallProbe): RunParts
}

/** `connected`: gives a connection in this thread. */
export function appOf(
  config: Config,
  log: Log,
  { table, store, connected }: Pick<App, 'table' | 'store'> & { readonly connected: () => Promise<Connection> },
): App {
  return {
    config,
    table,
    store,
    clock: systemClock,
    parts: (emit, probe) => ({
      ...runParts(config, table, store, log, emit),
      workOutReserve: reserveWorker(config, connected),
      probe,
    }),
  }
}

/** `reading`, whose driver's errors become errors of ours. */
export async function fromDatabase<T>(reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    throw asDatabaseError(error)
  })
}

export function logMigrations(log: Log, { applied }: { readonly applied: readonly string[] }): void {
  if (applied.length > 0) log.info({ applied }, 'the database was brought up to date')
}

/** A log for callers that want none. */
export const SILENT: Log = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
