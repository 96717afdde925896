import type { Readable } from 'node:stream'
import type { ImportState } from '../../import/state.ts'
import type { ImportSummary } from '../../import/summary.ts'
import type { Log } from '../../refresh/ports/log.ts'

/** The options of an import. */
export interface ImportRequest {
  /** A file's path, or a stream of bytes, which can be read only once, so its import cannot be resumed. */
  readonly file: string | Readable
  /** Default: by the file's name, or else by its beginning. */
  readonly format?: 'jsonl' | 'csv'
  /** Where rejected lines go. Default: FILE.rejects.jsonl beside the file; for a stream in the working directory. */
  readonly rejects?: string
  /** The most lines per transaction. Default 20,000. */
  readonly batch?: number
  /** The most lines to import, not counting those that `where` skips. */
  readonly limit?: number
  /** Report what would be done, and write nothing. */
  readonly dryRun?: boolean
}

export interface ImportControls {
  /** Where log lines go; without it nothing is logged. */
  readonly log?: Log
  readonly onProgress?: (state: ImportState) => void
  /** Stops the import, as `stop()` does. */
  readonly signal?: AbortSignal
}

/** An import in progress. */
export interface ImportHandle {
  /** Resolves when the file has been read or the import was stopped; rejects if it could not begin, or failed. */
  readonly summary: Promise<ImportSummary>
  /** Writes what was read, and resolves `summary` as stopped; the next import of the same file continues there. */
  stop(): void
}
