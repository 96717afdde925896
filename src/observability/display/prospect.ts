import type { Deadline } from '../../domain/deadline.ts'
import { ratesOf } from './recent.ts'
import { isHalted, leftOf, markOf, type RunView } from './run-view.ts'

/** When the run will be done, as it goes now. Instants are epoch milliseconds. */
export type Prospect =
  | { readonly kind: 'open' }
  /** So many credits would stay: there are no more records for them. */
  | { readonly kind: 'in-time'; readonly endAt: number; readonly beforeMs: number; readonly credits: number }
  /** It would be done after the deadline; so many credits would stay. */
  | { readonly kind: 'late'; readonly endAt: number; readonly byMs: number; readonly credits: number }

/** A run ends with its credits, or with its records where there are no more. */
export function prospectOf(view: RunView, now: number): Prospect {
  const { summary, deadline } = view
  const rates = ratesOf(view.recent, markOf(summary, now))
  if (rates === null || isHalted(view)) return { kind: 'open' }
  const left = leftOf(summary)
  const recordsMs = view.selectsMore ? Number.POSITIVE_INFINITY : within(summary.records.remaining, rates.recordsPerMs)
  const leftMs = Math.min(recordsMs, within(left, rates.creditsPerMs))
  if (!Number.isFinite(leftMs)) return { kind: 'open' }
  const endAt = now + leftMs
  const { stopAt } = deadline
  const credits = Math.max(0, left - rates.creditsPerMs * Math.max(0, Math.min(endAt, stopAt) - now))
  if (endAt <= stopAt) return { kind: 'in-time', endAt, beforeMs: stopAt - endAt, credits }
  return { kind: 'late', endAt, byMs: endAt - stopAt, credits }
}

function within(left: number, perMs: number): number {
  if (left <= 0) return 0
  return perMs > 0 ? left / perMs : Number.POSITIVE_INFINITY
}

/** A deadline so many times as far away as the run takes makes a point of its burn-down. */
const FAR_AWAY = 10
const WORTH_MS = 86_400_000

/** Until when the burn-down is drawn, and what that is. */
export interface Horizon {
  readonly until: number
  readonly is: 'deadline' | 'end'
}

export function horizonOf({ beganAt, deadline }: RunView, prospect: Prospect, now: number): Horizon | null {
  const byDeadline = { until: deadline.stopAt, is: 'deadline' } as const
  if (prospect.kind === 'late') return byDeadline
  if (prospect.kind === 'open') return isNear(deadline, now) ? byDeadline : null
  const takesMs = prospect.endAt - beganAt
  if (deadline.stopAt - beganAt <= FAR_AWAY * takesMs) return byDeadline
  return { until: beganAt + steady(takesMs), is: 'end' }
}

function isNear({ stopAt }: Deadline, now: number): boolean {
  return stopAt > now && stopAt - now <= WORTH_MS
}

/** Rounded up in steps of a tenth, so that the picture does not jump with each estimate. */
function steady(ms: number): number {
  return 1.1 ** Math.ceil(Math.log(Math.max(1_000, ms)) / Math.log(1.1))
}
