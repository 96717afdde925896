import type { RunSummary } from '../../domain/run.ts'
import { doneOf, leftOf, msLeft, type Rates } from '../../domain/run-progress.ts'
import { type RunView, standingOf } from './run-view.ts'

/** What was done at an instant (epoch ms). */
export interface Mark {
  readonly at: number
  readonly done: number
  readonly spent: number
}

/** Marks of the last minute, one a second, the oldest first. */
export type Recent = readonly Mark[]

const EVERY_MS = 1_000
const FOR_MS = 60_000
/** A shorter time says nothing of the speed. */
const LEAST_MS = 1_000

export function markOf(summary: RunSummary, at: number): Mark {
  return { at, done: doneOf(summary), spent: summary.credits.spent }
}

export function marked(recent: Recent, mark: Mark): Recent {
  const last = recent.at(-1)
  // Marks from before the clock was set back are of no use.
  if (last === undefined || mark.at < last.at) return [mark]
  if (mark.at - last.at < EVERY_MS) return recent
  return [...recent.filter(({ at }) => mark.at - at <= FOR_MS), mark]
}

/** The speed of the last minute; null: not known yet. */
export function ratesOf({ recent, summary }: RunView, now: number): Rates | null {
  const first = recent[0]
  if (first === undefined || now - first.at < LEAST_MS) return null
  const { done, spent } = markOf(summary, now)
  const ms = now - first.at
  return { recordsPerMs: Math.max(0, done - first.done) / ms, creditsPerMs: Math.max(0, spent - first.spent) / ms }
}

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
  const rates = ratesOf(view, now)
  const ms = rates === null || standingOf(view) !== 'running' ? null : msLeft(summary, rates, selectsMore)
  if (rates === null || ms === null) return { kind: 'open' }
  const endAt = now + ms
  const { stopAt } = deadline
  const spent = rates.creditsPerMs * Math.max(0, Math.min(endAt, stopAt) - now)
  const credits = Math.max(0, leftOf(summary) - spent)
  if (endAt <= stopAt) return { kind: 'in-time', endAt, beforeMs: stopAt - endAt, credits }
  return { kind: 'late', endAt, byMs: endAt - stopAt, credits }
}
