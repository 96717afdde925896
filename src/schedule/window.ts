import type { BillingCycle } from '../domain/billing-cycle.ts'
import type { CronExpression } from '../domain/cron-expression.ts'
import { lastTime, nextTime } from '../domain/cron-times.ts'

/** When a job is to start. Durations are ms. */
export type ScheduleTerms =
  | { readonly kind: 'before-reset'; readonly beforeResetMs: number }
  /** The latest start that is safe; `neededMs`: what the run will take, margin included. */
  | { readonly kind: 'auto'; readonly neededMs: number }
  | { readonly kind: 'cron'; readonly cron: CronExpression; readonly timeZone: string }

/** The stretch of a billing cycle in which a run of a job may be at work. Epoch milliseconds. */
export interface Window {
  /** What the schedule had due last, also as the slot of the run for it; null: nothing in this cycle yet. */
  readonly dueAt: number | null
  /** When it has something due next; null: never again. */
  readonly nextDueAt: number | null
  /** Runs stop here. */
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
