import type { ControlRequest, RunSummary } from './run.ts'

export type ControlAction = ControlRequest['what'] | 'continue'

/** A run that was told what is wanted of it. */
export interface ControlledRun {
  readonly run: RunSummary
  /** Who works on it just now, and hears of it within a second; null: nobody does. */
  readonly atWork: string | null
}
