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

  /** The reason for the pace, if it is due to spreading; else null. */
  reason(perSecond: number | null): string | null {
    const { perSecond: enough, why } = this.#steady
    if (why === 'late') return `as fast as the vendor bears: the deadline is in ${inWords(this.#leftMs)}`
    if (enough === null || (perSecond !== null && perSecond <= enough)) return null
    return `spread: ${rounded(enough)} calls a second are enough for a deadline in ${inWords(this.#leftMs)}`
  }

  /** The report with the slower of both rates, and the reason for it. */
  slowed(report: PaceReport): PaceReport {
    const { perSecond, reason } = report
    const enough = this.#steady.perSecond
    const slower = enough === null ? perSecond : Math.min(enough, perSecond ?? enough)
    const why = this.reason(perSecond)
    if (why === null) return report
    return { ...report, perSecond: slower, reason: enough === null ? `${why}; ${reason}` : why }
  }
}

function isSame(a: number | null, b: number | null): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= SAME * b
}

/** Three significant digits. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3))
}

function inWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
