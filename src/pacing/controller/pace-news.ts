import type { PaceReport } from '../../refresh/ports/pace.ts'

/** A change by this factor since the last report is reported at once; smaller steps are summed up. */
const FAR = 1.5
const EVERY_MS = 30_000
/** The shortest time between two reports. */
const SOONEST_MS = 1_000

/** When a change of pace is reported: large ones at once, small ones summed up, at most one a second. Instants: ms. */
export class PaceNews {
  #reported: PaceReport | null = null
  #reportedAt = Number.NEGATIVE_INFINITY
  #steps = 0

  /** The report to make now, and how many steps it sums up; null: none. */
  next(report: PaceReport, now: number): { readonly report: PaceReport; readonly steps: number } | null {
    const last = this.#reported
    if (last !== null && last.reason === report.reason) return null
    this.#steps += 1
    const since = now - this.#reportedAt
    if (since < SOONEST_MS) return null
    if (last !== null && since < EVERY_MS && !isFar(last, report)) return null
    this.#reported = report
    this.#reportedAt = now
    const steps = this.#steps
    this.#steps = 0
    return { report, steps }
  }
}

function isFar(a: PaceReport, b: PaceReport): boolean {
  return far(a.concurrency, b.concurrency) || far(a.perSecond ?? 0, b.perSecond ?? 0)
}

function far(a: number, b: number): boolean {
  return Math.max(a, b) > FAR * Math.min(a, b)
}
