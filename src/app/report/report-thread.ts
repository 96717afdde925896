import type { DatabaseConfig } from '../../config/config.ts'
import type { Connection } from '../../store/client.ts'
import { findRun } from '../../store/runs/runs.ts'
import { Thread } from '../../store/worker/thread.ts'
import { type ReportData, reportData } from './report-data.ts'

/** What the thread is started with. */
export type ReaderStart = Pick<DatabaseConfig, 'url' | 'dialect'>

export interface Reader {
  read(id: string, now: number): Promise<ReportData | null>
  close(): Promise<void>
}

/** So many records are read in some tens of ms, sooner than a thread starts. */
const SMALL = 20_000

/** As `reportData`, but a large run is read in another thread, so that it holds up no run of this process. */
export async function reportDataAside(
  { url, dialect }: DatabaseConfig,
  connection: Connection,
  id: string,
  now: number,
  small = SMALL,
): Promise<ReportData | null> {
  const run = await findRun(connection.client, id)
  if (run === null) return null
  const isSmall = !connection.blocksThread || run.selected <= small
  const entry = new URL('./report-worker.js', import.meta.url)
  const reader = isSmall ? undefined : Thread.start(entry, { url, dialect } satisfies ReaderStart)?.object<Reader>()
  if (reader === undefined) return reportData(connection, id, now)
  try {
    return await reader.read(id, now)
  } finally {
    await reader.close()
  }
}
