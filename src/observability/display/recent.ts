import type { RunSummary } from '../../domain/run/run.ts'
import { doneOf, type Rates } from '../../domain/run/run-progress.ts'

/** What was done at an instant (epoch ms). */
type Mark = ReturnType<typeof markOf>

/** Marks of the last minute, one a second, the oldest first. */
export type Recent = readonly Mark[]

const EVERY_MS = 1_000
const FOR_MS = 60_000
/** Over a shorter time no speed is given. */
const LEAST_MS = 1_000

export function markOf(summary: RunSummary, at: number) {
  return { at, done: doneOf(summary), spent: summary.credits.spent }
}

export function marked(recent: Recent, mark: Mark): Recent {
  const last = recent.at(-1)
  // The clock was set back.
  if (last === undefined || mark.at < last.at) return [mark]
  if (mark.at - last.at < EVERY_MS) return recent
  return [...recent.filter(({ at }) => mark.at - at <= FOR_MS), mark]
}

/** The speed over the last minute; null: not known yet. */
export function ratesOf(recent: Recent, { at, done, spent }: Mark): Rates | null {
  const first = recent[0]
  if (first === undefined || at - first.at < LEAST_MS) return null
  const ms = at - first.at
  return { recordsPerMs: Math.max(0, done - first.done) / ms, creditsPerMs: Math.max(0, spent - first.spent) / ms }
}
