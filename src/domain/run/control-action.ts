import type { ControlRequest, RunSummary } from './run.ts'

export type ControlAction = ControlRequest['what'] | 'continue'

/** A run with a control request. */
export interface ControlledRun {
  readonly run: RunSummary
  /** The process that is working on it, which reads the request within a second; null: none. */
  readonly atWork: string | null
}
