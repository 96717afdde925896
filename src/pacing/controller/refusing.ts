import { type SendCounts, sentWithin } from './send-counts.ts'

/** Refusals that no admitted call has ended yet. Instants and durations in ms. */
export interface Refusing {
  /** When they began, and when the last came. */
  readonly since: number
  readonly last: number
  /** The calls sent before the first within a second, ten and a minute. */
  readonly sent: readonly number[]
  /** How often a call was refused that was sent after the refusal before it. */
  readonly times: number
  /** The longest pause that the vendor asked for. */
  readonly askedMs: number
}

export const WINDOWS_MS = [1_000, 10_000, 60_000] as const
/** If refusals last longer than this, the window is longer than a second. */
export const BEYOND_A_SECOND_MS = 2_500
/** Fewer admitted calls than this may have been stopped by others' calls, an earlier process's, or by chance. */
export const HANDFUL = 5
/** From fewer than this, no long window is derived at all. */
const FEWEST_ADMITTED = 2
/** Where only a handful was admitted, two refusals are chance as likely as not; so many are not. */
const CERTAIN_TIMES = 3

/** A refusal, after those before it (null: it is the first). */
export function refusedAgain(
  refusing: Refusing | null,
  sentAt: number,
  at: number,
  retryAfterMs: number | null,
  sent: SendCounts,
): Refusing {
  const counts = () => WINDOWS_MS.map((windowMs) => sentWithin(sent, windowMs, sentAt))
  const before = refusing ?? { since: at, last: Number.NEGATIVE_INFINITY, sent: counts(), times: 0, askedMs: 0 }
  const times = before.times + (sentAt > before.last ? 1 : 0)
  return { ...before, last: at, times, askedMs: Math.max(before.askedMs, retryAfterMs ?? 0) }
}

/** The window that refusals tell of which a call has ended at `at`, and what it admitted; null: none beyond a second. */
export function windowBehind({ since, last, sent, times, askedMs }: Refusing, shutUntil: number, at: number) {
  const lastedMs = Math.min(at, Math.max(last, shutUntil)) - since
  if (lastedMs <= BEYOND_A_SECOND_MS) return null
  const nth = lastedMs > 1.1 * WINDOWS_MS[1] ? 2 : 1
  const admitted = sent[nth] ?? 0
  const isCertain = admitted >= HANDFUL || times >= CERTAIN_TIMES || askedMs > BEYOND_A_SECOND_MS
  return isCertain && admitted >= FEWEST_ADMITTED ? { windowMs: WINDOWS_MS[nth], admitted } : null
}
