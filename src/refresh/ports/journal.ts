import type { FinishedCall } from './calls.ts'

/** Where paid replies wait while the database is unreachable for longer than a run does. Holds people's data: owner only. */
export interface Journal {
  /** Keeps the outcomes of calls of a run; resolves when they are on disk, to the file's path. */
  write(runId: string, finished: readonly FinishedCall[]): Promise<string>
  /** What was kept for the run; empty if nothing was. */
  read(runId: string): Promise<FinishedCall[]>
  /** They are in the database. */
  remove(runId: string): Promise<void>
}
