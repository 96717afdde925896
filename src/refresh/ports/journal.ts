import type { FinishedCall } from './calls.ts'

/** Stores paid replies on disk when the database stays unreachable. Contains personal data: readable by the owner only. */
export interface Journal {
  /** Writes finished calls of a run; resolves to the file's path when they are on disk. */
  write(runId: string, finished: readonly FinishedCall[]): Promise<string>
  /** The run's finished calls; empty if there are none. */
  read(runId: string): Promise<FinishedCall[]>
  /** Removes the run's journal, once its calls are in the database. */
  remove(runId: string): Promise<void>
}
