import type { ImportStore } from '../../import/ports.ts'
import type { RunStore } from '../../refresh/ports/store.ts'
import type { ImportTarget } from '../import/describe-target.ts'
import type { Dialect } from '../sql.ts'
import type { Described, TableWanted } from '../user-table/describe/describe-table.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { Thread } from './thread.ts'

/** A database that is opened, and asked, in a thread of its own. `open` comes first. */
export interface DatabaseThread {
  /** `most`: connections at the same time, of all sessions of the thread. */
  open(url: string, dialect: Dialect, most?: number): Promise<void>
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
 * A thread, since SQLite blocks its own until the disk has the data, and Prisma's part in a checkpoint takes CPU time:
 * neither may slow calls down, or pass for slowness of the vendor. Null in the sources under test, which work without
 * one.
 */
function databaseThread<Store>(): (DatabaseThread & Store) | null {
  startDatabaseThread()
  const thread = started
  started = null
  return thread?.object<DatabaseThread & Store>() ?? null
}

export const runThread = () => databaseThread<RunStore>()

/** One thread for many runs at the same time, which share its connections. */
export class SharedThread {
  #thread: Thread | null = null

  /** The part of one run. Null in the sources under test, as above. */
  session(): (DatabaseThread & RunStore) | null {
    if (this.#thread === null || this.#thread.isDead) this.#thread = Thread.start(ENTRY)
    return this.#thread?.session<DatabaseThread & RunStore>() ?? null
  }

  async end(): Promise<void> {
    await this.#thread?.end()
    this.#thread = null
  }
}

/** While the database takes one batch, the next is read and parsed. */
export const importThread = () => databaseThread<ImportStore>()
