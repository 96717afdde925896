import type { PaceSnapshot } from '../../refresh/events/events.ts'

/** A change by so many times over is told at once; smaller steps now and then. */
const FAR = 1.5
const EVERY_MS = 30_000
/** However much happens, no more often than this. */
const SOONEST_MS = 2_000

/** Whether the pace has changed since it was last told so that it is worth a line. */
export function isPaceNews(
  last: { readonly pace: PaceSnapshot; readonly at: number } | null,
  pace: PaceSnapshot,
  now: number,
): boolean {
  if (pace.passing === true) return false
  if (last === null) return true
  if (last.pace.reason === pace.reason || now - last.at < SOONEST_MS) return false
  return now - last.at >= EVERY_MS || isFar(last.pace, pace)
}

function isFar(a: PaceSnapshot, b: PaceSnapshot): boolean {
  return far(a.concurrency, b.concurrency) || far(a.perSecond ?? 0, b.perSecond ?? 0)
}

function far(a: number, b: number): boolean {
  return Math.max(a, b) > FAR * Math.min(a, b)
}
