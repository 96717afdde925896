import type { PaceReport, Spread } from '../refresh/ports/pace.ts'
import { type Steady, steady } from './steady.ts'

/** Time without success counts for so long, ms. */
const REMEMBERED_MS = 2 * 3_600_000
/** A rate that hardly differs is the same: every change costs the limiter. */
const SAME = 0.03

/** Where the pace stands: the calls a second that the vendor is known to bear (null: none came back yet), and its health. */
export interface Standing {
  readonly borne: number | null
  readonly well: boolean
  /** Ms of a clock that does not go back. */
  readonly at: number
}

/** Holds the calls of a run that has time to the rate that is enough; by turns, as the work goes on. */
export class Spreading {
  #steady: Steady = { perSecond: null, why: 'unknown' }
  #lost = 0
  #at: number | null = null
  #leftMs = 0

  /** The most calls a second; null: as fast as the vendor bears. */
  get perSecond(): number | null {
    return this.#steady.perSecond
  }

  /** True if the rate is another one now. */
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

  /** Why the pace is what it is, if this is why. */
  reason(perSecond: number | null): string | null {
    const { perSecond: enough, why } = this.#steady
    if (why === 'late') return `as fast as the vendor bears: the deadline is in ${inWords(this.#leftMs)}`
    if (enough === null || (perSecond !== null && perSecond <= enough)) return null
    return `spread: ${rounded(enough)} calls a second are enough for a deadline in ${inWords(this.#leftMs)}`
  }

  /** The report, with the slower of both rates, and its reason. */
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

/** Three figures are enough for a person. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3))
}

function inWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
