import type { RunSummary } from '../../domain/run/run.ts'

/** What the schedule decided on a job. */
export interface TickDecision {
  readonly job: string
  readonly decision: 'start' | 'resume' | 'wait'
  /** Of 'wait': why. */
  readonly because: 'not-due' | 'done' | 'busy' | 'needs-person' | 'too-late' | null
  /** The reason in words. */
  readonly why: string
  /** Of 'wait': when the decision may change, ISO 8601; null: not known. */
  readonly until: string | null
  /** Of 'resume': which run. */
  readonly runId: string | null
  /** What a run that began now would leave for others, and how that came about, in words. */
  readonly reserve: { readonly credits: number; readonly how: string }
}

/** What a tick has decided and done: the JSON of `tick --json`. Its own decision is that on the job it acted on. */
export interface TickSummary extends TickDecision {
  /** ISO 8601, as is the billing cycle. */
  readonly at: string
  readonly cycle: { readonly startAt: string; readonly endAt: string }
  /** The decisions on all scheduled jobs, in the order of the config. */
  readonly jobs: readonly TickDecision[]
  /** The run that it started or resumed, once that has ended; null: none. */
  readonly run: RunSummary | null
  /** Where that run's report is: a path, or a URL if one is configured; null: none was written. */
  readonly report: string | null
}
