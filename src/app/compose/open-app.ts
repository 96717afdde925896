import type { Config, JobConfig } from '../../config/config.ts'
import type { Condition } from '../../domain/where.ts'
import type { Emit, RunProbe } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { RunParts } from '../../refresh/ports/run-parts.ts'
import type { RunStore } from '../../refresh/ports/store.ts'
import { type Connection, connect } from '../../store/client.ts'
import { asDatabaseError } from '../../store/database-error.ts'
import { migrate } from '../../store/migrations/migrate.ts'
import { prismaStore } from '../../store/prisma-store.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { workerStore } from '../../store/worker/worker-store.ts'
import { checkTable, conditionOf } from './check-table.ts'
import { reserveWorker } from './reserves.ts'
import { runParts } from './run-parts.ts'
import { openDatabase } from './with-database.ts'

export interface App {
  readonly config: Config
  readonly connection: Connection
  readonly table: UserTable
  readonly store: RunStore
  /** The condition of every run of the job: eligible, and the job's own. */
  conditionOf(job: JobConfig): Condition
  /** The dependencies of a run. */
  parts(emit: Emit, probe?: RunProbe): RunParts
  close(): Promise<void>
}

/**
 * Opens the database, migrates spenddown's tables, and checks the config against the user's table. Throws InputError with
 * all problems at once, before anything is spent. `thread`: the store works in its own thread, which runs need; read-only
 * uses avoid the wait for it to start.
 */
export async function openApp(
  config: Config,
  log: Log,
  open: typeof connect = connect,
  { thread = open === connect } = {},
): Promise<App> {
  const connection = await openDatabase(config.database, open)
  try {
    const { table, conditions } = await checkTable(config, connection)
    const { applied } = await migrate(connection)
    if (applied.length > 0) log.info({ applied }, 'the database was brought up to date')
    const { url, dialect } = config.database
    const own = thread ? workerStore({ url, dialect, table }) : null
    const store = own ?? prismaStore(connection, table)
    return {
      config,
      connection,
      table,
      store,
      conditionOf: (job) => conditions.get(job.name) ?? conditionOf(config, job, table, []),
      parts: (emit, probe) => ({
        ...runParts(config, table, store, log, emit),
        workOutReserve: reserveWorker(config, connection),
        probe,
      }),
      close: async () => {
        await own?.close()
        await connection.close()
      },
    }
  } catch (error) {
    await connection.close()
    throw asDatabaseError(error)
  }
}
