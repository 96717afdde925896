import { leftOf, msLeft } from '../../domain/run/run-progress.ts'
import { markOf, ratesOf } from './recent.ts'
import { type RunView, standingOf } from './run-view.ts'

/** When the run will be done at its present speed. Instants are epoch milliseconds. */
export type Prospect =
  | { readonly kind: 'open' }
  /** So many credits would stay: there are no more records for them. */
  | { readonly kind: 'in-time'; readonly endAt: number; readonly beforeMs: number; readonly credits: number }
  /** It would be done after the deadline; so many credits would stay. */
  | { readonly kind: 'late'; readonly endAt: number; readonly byMs: number; readonly credits: number }

/** A run ends with its credits, or with its records if there are no more. */
export function prospectOf(view: RunView, now: number): Prospect {
  const { summary, deadline, selectsMore } = view
  const rates = ratesOf(view.recent, markOf(summary, now))
  const ms = rates === null || standingOf(view) !== 'running' ? null : msLeft(summary, rates, selectsMore)
  if (rates === null || ms === null) return { kind: 'open' }
  const endAt = now + ms
  const { stopAt } = deadline
  const spent = rates.creditsPerMs * Math.max(0, Math.min(endAt, stopAt) - now)
  const credits = Math.max(0, leftOf(summary) - spent)
  if (endAt <= stopAt) return { kind: 'in-time', endAt, beforeMs: stopAt - endAt, credits }
  return { kind: 'late', endAt, byMs: endAt - stopAt, credits }
}
