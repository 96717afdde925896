import type { LossCause } from '../domain/judgement/judgement.ts'
import type { Range } from './experience.ts'
import type { GainPlan } from './gain-plan.ts'

/** What a job will do until the reset. Credits are decimals, instants ISO 8601; null: nobody knows. */
export interface Plan {
  readonly plan: true
  readonly job: string
  readonly vendor: string
  readonly at: string
  readonly cycle: { readonly startAt: string; readonly endAt: string; readonly stopAt: string }
  readonly records: {
    /** Those on cool-down apart, which `coolingDown` counts. */
    readonly eligible: number
    readonly coolingDown: number
    /** Of the eligible, those that would share the call of another and cost nothing. */
    readonly shared: number
    readonly new: number | null
    /** Days since they were refreshed, from and up to; `toDays` null: without end. */
    readonly ages: readonly { readonly fromDays: number; readonly toDays: number | null; readonly records: number }[]
  }
  readonly credits: {
    readonly balance: number | null
    readonly reserve: number
    /** How the reserve came about, in words. */
    readonly reserveHow: string
    /** What unknown calls hold. */
    readonly unknown: number
    readonly spendable: number | null
    readonly expectedUse: Range | null
    /** What the shared records would cost at most, with calls of their own. */
    readonly saved: number
    /** What records that have not changed are expected to save, where the vendor does not charge them; null: not known. */
    readonly unchanged: Range | null
  }
  readonly time: {
    /** It is spread over the time until it must stop; what follows is what full pace has shown. */
    readonly steady: boolean
    /** Past runs that the expectations come from. */
    readonly runs: number
    /** Records a second. */
    readonly pace: Range | null
    readonly takesMs: Range | null
    /** Null: there is nothing to spend. */
    readonly latestSafeStart: string | null
    /** Null: not in this billing cycle. */
    readonly startsAt: string | null
    readonly why: string
  }
  /** Of a job that is ordered by gain; missing where its plan was not asked for by itself. */
  readonly gain?: GainPlan
  /** What nobody will have spent at the reset beside the reserve, and how much of it is lost. */
  readonly unused: {
    readonly credits: Range | null
    readonly expired: Range | null
    readonly because: readonly { readonly cause: LossCause; readonly credits: number; readonly change: string }[]
  }
}

/** What all scheduled jobs together leave of the account. Credits are decimals, instants epoch ms. */
export interface AccountForecast {
  readonly vendor: string
  readonly madeAt: number
  readonly resetAt: number
  readonly balance: number | null
  readonly plans: readonly Plan[]
  /** Null: nobody knows what there is to spend. */
  readonly unused: {
    /** What could be spent until the reset. */
    readonly spendable: number
    readonly credits: Range
    /** How much of what is typically unused is lost. */
    readonly expiring: number
    readonly because: Plan['unused']['because']
  } | null
}
