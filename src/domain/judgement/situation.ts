import type { RunSummary } from '../run/run.ts'
import type { Health } from './health.ts'
import type { LossCause } from './judgement.ts'

/** All that a judgement goes by. Credits are decimals, instants epoch ms, null: not known. */
export interface Situation {
  readonly now: number
  readonly resetAt: number
  readonly balance: number | null
  /** What is to be left for others, and what calls hold that belong to no run at work. */
  readonly reserve: number
  readonly held: number
  /** The share of what is left that is carried over. */
  readonly rollover: number
  /** The run that holds the lease, or else the one that can be resumed in this cycle. */
  readonly run: RunNow | null
  /** The account's latest run where it has failed, and none has gone on since. */
  readonly failed: Pick<RunSummary, 'runId' | 'job' | 'detail'> | null
  readonly jobs: readonly JobNow[]
  /** Whether `schedule` or `tick` was there lately, and when last. */
  readonly scheduler: { readonly isAlive: boolean; readonly seenAt: number | null }
  readonly forecast: ForecastNow
  /** What the reset that began this cycle has taken, by our books; null: nothing worth a look, or not known. */
  readonly lapsed: { readonly credits: number; readonly at: number } | null
}

export interface RunNow {
  readonly summary: RunSummary
  /** Some process holds the lease for it. */
  readonly atWork: boolean
  readonly stopAt: number
  readonly steady: boolean
  readonly selectsMore: boolean
  /** It is the whole job's: the schedule starts no other for it in this cycle. False: flags have narrowed it. */
  readonly isWhole: boolean
  readonly health: Health
}

/** A job that has a schedule. */
export interface JobNow {
  readonly job: string
  /** The schedule starts it, or goes on with it, as soon as somebody looks. */
  readonly isDue: boolean
}

export type ForecastNow =
  | { readonly kind: 'made'; readonly forecast: History }
  | { readonly kind: 'counting' }
  | { readonly kind: 'none'; readonly why: string }

/** What past runs let one expect until the reset. */
export interface History {
  readonly spendable: number
  readonly expiring: number
  /** Largest first. */
  readonly because: readonly { readonly cause: LossCause; readonly credits: number; readonly change: string }[]
  readonly plans: readonly {
    readonly job: string
    readonly use: number
    readonly startsAt: number | null
    readonly latestSafeStart: number | null
    readonly stopAt: number
  }[]
}
