/** What was done by then (epoch ms). */
export interface Mark {
  readonly at: number
  readonly done: number
  readonly spent: number
}

/** A mark each second of the last minute, the oldest first. */
export type Recent = readonly Mark[]

export interface Rates {
  readonly recordsPerMs: number
  readonly creditsPerMs: number
}

const EVERY_MS = 1_000
const FOR_MS = 60_000
/** Less tells nothing. */
const LEAST_MS = 1_000

export function marked(recent: Recent, mark: Mark): Recent {
  const last = recent.at(-1)
  // A clock that was set back: what came before says nothing any more.
  if (last === undefined || mark.at < last.at) return [mark]
  if (mark.at - last.at < EVERY_MS) return recent
  return [...recent.filter(({ at }) => mark.at - at <= FOR_MS), mark]
}

/** How fast it went of late, with what is done as of now; null: nobody can tell yet. */
export function ratesOf(recent: Recent, now: Mark): Rates | null {
  const first = recent[0]
  if (first === undefined || now.at - first.at < LEAST_MS) return null
  const ms = now.at - first.at
  return {
    recordsPerMs: Math.max(0, now.done - first.done) / ms,
    creditsPerMs: Math.max(0, now.spent - first.spent) / ms,
  }
}
