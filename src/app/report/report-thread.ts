import type { DatabaseConfig } from '../../config/config.ts'
import type { Connection } from '../../store/client.ts'
import { findRun } from '../../store/runs/runs.ts'
import type { Dialect } from '../../store/sql.ts'
import { Thread } from '../../store/worker/thread.ts'
import { type ReportData, reportData } from './report-data.ts'

/** What the thread is started with. */
export interface ReaderStart {
  readonly url: string
  readonly dialect: Dialect
}

export interface Reader {
  read(id: string): Promise<ReportData | null>
  close(): Promise<void>
}

/** A run of so many records is read in some tens of ms; to start a thread takes longer. */
const SMALL = 20_000

/**
 * The same as `reportData`, for a process that has more to do: a statement of SQLite's holds up its thread, over a run of
 * a million records for a second, and a run at work in the same process would take that for the vendor's slowness.
 */
export async function reportDataAside(
  database: DatabaseConfig,
  connection: Connection,
  id: string,
  small = SMALL,
): Promise<ReportData | null> {
  const { url, dialect } = database
  const run = await findRun(connection.client, id)
  if (run === null) return null
  const start: ReaderStart = { url, dialect }
  const reader =
    !connection.blocksThread || run.selected <= small
      ? null
      : (Thread.start(new URL('./report-worker.js', import.meta.url), start)?.object<Reader>() ?? null)
  if (reader === null) return reportData(connection, id)
  try {
    return await reader.read(id)
  } finally {
    await reader.close()
  }
}
