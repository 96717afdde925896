/** Worst last, but for `unknown`. */
export type Verdict = 'on-track' | 'at-risk' | 'losing' | 'action-required' | 'unknown'

export const VERDICTS: readonly Verdict[] = ['on-track', 'at-risk', 'losing', 'action-required', 'unknown']

/** Why credits are left at the reset, by a forecast. */
export type LossCause = 'too-few-records' | 'too-slow' | 'starts-too-late' | 'no-start' | 'budget'

export type Cause =
  | LossCause
  | 'run-in-time'
  | 'steady'
  | 'as-planned'
  | 'nothing-to-spend'
  | 'vendor-failing'
  | 'paused'
  | 'stopped'
  | 'interrupted'
  | 'run-failed'
  | 'scheduler-gone'
  | 'no-schedule'
  | 'unknown-calls'
  | 'run-begins'
  | 'narrowed'
  | 'balance-unknown'
  | 'reset-missed'
  | 'not-forecast'
  | 'database-unreachable'

/** Whether credits will be lost, and what to do. Credits are decimals, instants epoch ms. */
export interface Judgement {
  readonly at: number
  readonly resetAt: number
  readonly verdict: Verdict
  /** What will expire at the reset as things are; null: not known. */
  readonly atStake: number | null
  /** What can still be spent until then; null: not known. */
  readonly spendable: number | null
  readonly cause: Cause
  /** The run, the job or the person that the cause is about. */
  readonly run: { readonly id: string; readonly job: string } | null
  readonly job: string | null
  readonly by: string | null
  /** An instant that belongs to the cause: since when, or when it starts; null: none is known. */
  readonly when: number | null
  /** In whose words more is known: an error's, the forecast's. */
  readonly detail: string | null
  /** The last instant at which acting still saves all; null: none, or not known. */
  readonly actBy: number | null
  /** When the run at work is done at its pace. */
  readonly finishAt: number | null
  readonly stopAt: number | null
  /** The command that helps; null: nothing is to be done. */
  readonly command: string | null
}
