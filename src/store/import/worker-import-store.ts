import type { ImportStore } from '../../import/ports.ts'
import type { Dialect } from '../sql.ts'
import { inThread } from '../worker/thread.ts'
import type { ImportTarget } from './target.ts'

const METHODS = ['begin', 'header', 'write', 'end', 'forecast'] as const satisfies readonly (keyof ImportStore)[]

/** What the worker is started with. */
export interface ImportWorkerStart {
  readonly url: string
  readonly dialect: Dialect
  readonly target: ImportTarget
}

/**
 * The import's store in a thread of its own: while the database takes one batch, the next is read and parsed. Null where
 * the built worker is not there (the sources under test).
 */
export function workerImportStore(start: ImportWorkerStart): ImportStore | null {
  return inThread<ImportStore>(new URL('./import-worker.js', import.meta.url), start, METHODS)
}
