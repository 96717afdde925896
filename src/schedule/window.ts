import type { BillingCycle } from '../domain/cycle/billing-cycle.ts'
import type { CronExpression } from '../domain/cycle/cron-expression.ts'
import { lastTime, nextTime } from '../domain/cycle/cron-times.ts'

/** When a job starts. Durations are ms. */
export type ScheduleTerms =
  | { readonly kind: 'before-reset'; readonly beforeResetMs: number }
  /** The latest safe start; `neededMs`: the run's duration including a margin. */
  | { readonly kind: 'auto'; readonly neededMs: number }
  | { readonly kind: 'cron'; readonly cron: CronExpression; readonly timeZone: string }

/** When a job's runs may start and must stop in a billing cycle. Epoch milliseconds. */
export interface Window {
  /** The last due time in this cycle; null: none yet. */
  readonly dueAt: number | null
  /** The next due time; null: never again. */
  readonly nextDueAt: number | null
  /** When runs must stop. */
  readonly stopAt: number
  readonly resetAt: number
}

export function windowOf(terms: ScheduleTerms, cycle: BillingCycle, stopBeforeMs: number, now: number): Window {
  const resetAt = cycle.endAt
  const stopAt = resetAt - stopBeforeMs
  if (terms.kind === 'cron') {
    const last = lastTime(terms, now)
    const dueAt = last !== null && last >= cycle.startAt ? last : null
    return { dueAt, nextDueAt: nextTime(terms, now), stopAt, resetAt }
  }
  const startAt = terms.kind === 'auto' ? stopAt - terms.neededMs : resetAt - terms.beforeResetMs
  const at = Math.max(startAt, cycle.startAt)
  return now >= at
    ? { dueAt: at, nextDueAt: resetAt, stopAt, resetAt }
    : { dueAt: null, nextDueAt: at, stopAt, resetAt }
}
