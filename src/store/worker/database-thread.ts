import type { ImportStore } from '../../import/ports.ts'
import type { RunStore } from '../../refresh/ports/store.ts'
import type { ImportTarget } from '../import/target.ts'
import type { Dialect } from '../sql.ts'
import type { Described, TableWanted } from '../user-table/describe/describe-table.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { Thread } from './thread.ts'

/** A database that is opened, and asked, in a thread of its own. `open` comes first. */
export interface DatabaseThread {
  open(url: string, dialect: Dialect): Promise<void>
  describe(wanted: TableWanted): Promise<Described>
  migrate(): Promise<{ readonly applied: readonly string[] }>
  /** The thread is a run's store from now on. */
  useTable(table: UserTable): Promise<void>
  /** The thread is an import's store from now on. */
  useTarget(target: ImportTarget): Promise<void>
  close(): Promise<void>
}

const ENTRY = new URL('./store-worker.js', import.meta.url)

let started: Thread | null = null

/** Begins to load the thread's code, for the next that opens one: beside what this thread loads meanwhile. */
export function startDatabaseThread(): void {
  started ??= Thread.start(ENTRY)
}

/** Begins to open the database in it; `open` then waits for that. */
export function openDatabaseThread(url: string, dialect: Dialect): void {
  started
    ?.object<DatabaseThread>()
    .open(url, dialect)
    .catch(() => {})
}

/**
 * A statement of SQLite's blocks its thread until the disk has it, and Prisma's work on a checkpoint takes a core's time;
 * neither may slow the calls, or be taken for the vendor's slowness. Null where the built thread is not there (the sources
 * under test): the caller then works without one.
 */
function databaseThread<Store>(): (DatabaseThread & Store) | null {
  startDatabaseThread()
  const thread = started
  started = null
  return thread?.object<DatabaseThread & Store>() ?? null
}

export const runThread = () => databaseThread<RunStore>()

/** While the database takes one batch, the next is read and parsed. */
export const importThread = () => databaseThread<ImportStore>()
