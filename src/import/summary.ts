import type { ImportEnd, ImportOutcome } from './import-run.ts'
import type { ImportCounts, Reject } from './ports.ts'

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

export interface About {
  readonly file: string
  readonly table: string
  readonly format: 'jsonl' | 'csv'
  readonly resumable: boolean
  readonly rejectsFile: string
  /** Null: it was no dry run. */
  readonly forecastRejects: readonly Reject[] | null
}

export function summarizeImport({ end, progress, resumedAtLine }: ImportOutcome, about: About): ImportSummary {
  const { counts, next, activeMs } = progress
  const dryRun = about.forecastRejects !== null
  return {
    file: about.file,
    table: about.table,
    format: about.format,
    status: end === 'interrupted' ? 'stopped' : 'completed',
    stopReason: end === 'completed' ? null : end,
    dryRun,
    resumedAtLine,
    nextLine: end === 'completed' || !about.resumable || dryRun ? null : next.line,
    ...counts,
    bytes: next.byte,
    seconds: activeMs / 1000,
    rejectsFile: counts.rejected > 0 && !dryRun ? about.rejectsFile : null,
    ...(about.forecastRejects === null ? {} : { rejects: about.forecastRejects }),
  }
}
