import type { PaceReport, Spread } from '../refresh/ports/pace.ts'
import { type Steady, steady } from './steady.ts'

/** Time constant of the moving average of lost time, ms. */
const REMEMBERED_MS = 2 * 3_600_000
/** Relative changes below this are ignored, since each change has a cost in the limiter. */
const SAME = 0.03

/** The calls per second that the vendor can sustain as far as known (null: no call has returned yet), and its health. */
export interface Standing {
  readonly borne: number | null
  readonly well: boolean
  /** Monotonic ms. */
  readonly at: number
}

/** Limits a run that has time to the rate that finishes its work by the deadline; updated as the work progresses. */
export class Spreading {
  #steady: Steady = { perSecond: null, why: 'unknown' }
  #lost = 0
  #at: number | null = null
  #leftMs = 0

  /** The most calls per second; null: not limited. */
  get perSecond(): number | null {
    return this.#steady.perSecond
  }

  /** Updates the rate; true if it has changed. */
  look(spread: Spread, { borne, well, at }: Standing): boolean {
    const sinceMs = this.#at === null ? 0 : Math.max(0, at - this.#at)
    this.#at = at
    this.#leftMs = spread.leftMs
    this.#lost += ((well ? 0 : 1) - this.#lost) * (1 - Math.exp(-sinceMs / REMEMBERED_MS))
    const before = this.#steady
    const now = steady(spread, { borne, lost: this.#lost }, before.why === 'late')
    if (now.why === before.why && isSame(now.perSecond, before.perSecond)) return false
    this.#steady = now
    return now.perSecond !== before.perSecond
  }

  /** The report with the slower of both rates, and the reason for it. */
  slowed(report: PaceReport): PaceReport {
    const { perSecond: enough, why } = this.#steady
    const deadline = inWords(this.#leftMs)
    if (why === 'late')
      return { ...report, reason: `as fast as the vendor bears: the deadline is in ${deadline}; ${report.reason}` }
    if (enough === null || (report.perSecond !== null && report.perSecond <= enough)) return report
    const rounded = Number(enough.toPrecision(3))
    const reason = `spread: ${rounded} calls a second are enough for a deadline in ${deadline}`
    return { ...report, perSecond: enough, reason }
  }
}

function isSame(a: number | null, b: number | null): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= SAME * b
}

function inWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
