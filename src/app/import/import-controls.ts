import type { Readable } from 'node:stream'
import type { ImportEnd } from '../../import/import-parts.ts'
import type { ImportCounts, ImportState, Reject } from '../../import/ports.ts'
import type { Log } from '../../refresh/ports/log.ts'

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

export interface ImportHandle {
  /** Resolves when the file has been read or the import was stopped; rejects if it could not begin, or failed. */
  readonly summary: Promise<ImportSummary>
  /** Writes what was read, and resolves `summary` as stopped; the next import of the same file continues there. */
  stop(): void
}

/** How an import ended: the JSON of `spenddown import --json`. Counts are of the whole file, over interruptions. */
export interface ImportSummary extends ImportCounts {
  /** Absolute; '-' for standard input or a stream. */
  readonly file: string
  readonly table: string
  readonly format: 'jsonl' | 'csv'
  readonly status: 'completed' | 'stopped'
  readonly stopReason: Exclude<ImportEnd, 'completed'> | null
  readonly dryRun: boolean
  /** Where this process began, when an earlier one had come so far. */
  readonly resumedAtLine: number | null
  /** The line at which the same import goes on; null when it was read to its end, or cannot go on. */
  readonly nextLine: number | null
  /** Of the file's text (of what its gzip holds). */
  readonly bytes: number
  /** At work, over interruptions. */
  readonly seconds: number
  /** Where rejected lines are; null if there are none. */
  readonly rejectsFile: string | null
  /** Of a dry run: the first lines that would be rejected. */
  readonly rejects?: readonly Reject[]
}
