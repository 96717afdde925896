import type { ImportStore } from '../../import/ports.ts'
import type { RunStore } from '../../refresh/ports/store.ts'
import type { ImportTarget } from '../import/target.ts'
import type { Dialect } from '../sql.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { inThread } from './thread.ts'

interface Database {
  readonly url: string
  readonly dialect: Dialect
}
type RunStart = Database & { readonly table: UserTable }
type ImportStart = Database & { readonly target: ImportTarget }

/** What the worker is started with. */
export type WorkerStart = RunStart | ImportStart

const ENTRY = new URL('./store-worker.js', import.meta.url)

/**
 * The store in a thread of its own. A statement of SQLite's blocks its thread until the disk has it, and Prisma's
 * work on a checkpoint takes a core's time; neither may slow the calls, or be taken for the vendor's slowness.
 * Null where the built worker is not there (the sources under test): the caller then works without one.
 */
export function workerStore(start: RunStart): RunStore | null {
  return inThread<RunStore>(ENTRY, start)
}

/** The import's store likewise: while the database takes one batch, the next is read and parsed. */
export function workerImportStore(start: ImportStart): ImportStore | null {
  return inThread<ImportStore>(ENTRY, start)
}
