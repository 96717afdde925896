import { lognormal, randomFrom } from '../random.ts'

/** A run's last hours before the reset, drawn at random. All of it is hidden from whoever paces. */
export interface Month {
  readonly seed: number
  readonly leftMs: number
  /** Credits to spend; a record costs one credit, if it matches. */
  readonly credits: number
  /** The share of records that match, over the run (0 at its start, 1 at its end). */
  readonly match: (part: number) => number
  /** Calls a second that the vendor serves; 0 while it is away. */
  readonly capacity: (ms: number) => number
  /** What others take from the account. */
  readonly takings: readonly { readonly at: number; readonly credits: number }[]
  /** The process dies, and is back with what is kept in the database. */
  readonly crashes: readonly number[]
}

export const STEP_MS = 10_000
const HOUR_MS = 3_600_000

export function monthOf(seed: number): Month {
  const random = randomFrom(seed)
  const between = (least: number, most: number) => least + random() * (most - least)
  const leftMs = Math.exp(between(Math.log(3), Math.log(72))) * HOUR_MS
  const base = Math.exp(between(Math.log(0.2), Math.log(50)))
  const swing = between(0, 0.3)
  const phase = between(0, 2 * Math.PI)
  const outages = outagesOf(random, leftMs, between(0, 3))
  const away = (ms: number) => outages.some(({ at, forMs }) => ms >= at && ms < at + forMs)
  const capacity = (ms: number) =>
    away(ms) ? 0 : base * (1 + swing * Math.sin(phase + (2 * Math.PI * ms) / (12 * HOUR_MS)))
  const [first, last] = [between(0.3, 1), between(0.3, 1)]
  const drifts = random() < 0.3
  const match = (part: number) => (drifts ? first + (last - first) * part : first)
  const demand = random() < 0.15 ? between(0.9, 1.2) : between(0.02, 0.9)
  const credits = Math.max(50, Math.floor(demand * spentAtFullPace(leftMs, capacity, match)))
  const takings = Array.from({ length: Math.floor(between(0, 6)) }, () => ({
    at: random() * leftMs,
    credits: Math.floor(credits * between(0, 0.05)),
  }))
  const crashes = Array.from({ length: Math.floor(between(0, 4)) }, () => random() * leftMs)
  return { seed, leftMs, credits, match, capacity, takings, crashes }
}

/** Up to so many a day, ten minutes long as a rule, an hour at most. */
function outagesOf(random: () => number, leftMs: number, aDay: number): { at: number; forMs: number }[] {
  const outages = []
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) / Math.max(aDay, 0.01)) * 24 * HOUR_MS
    if (at >= leftMs) return outages
    outages.push({ at, forMs: Math.min(HOUR_MS, lognormal(random, 900_000, 1)) })
  }
}

function spentAtFullPace(leftMs: number, capacity: Month['capacity'], match: Month['match']): number {
  let calls = 0
  for (let ms = 0; ms < leftMs; ms += STEP_MS) calls += (capacity(ms) * STEP_MS) / 1_000
  // Where the share drifts: half way is the mean of all the calls.
  return calls * match(0.5)
}
