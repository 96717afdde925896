import type { PaceReport } from '../refresh/ports/pace.ts'

/** Told at once where it changed so many times over since it was last told; smaller steps are told together. */
const FAR = 1.5
const EVERY_MS = 30_000
/** However much happens, no more often than this. */
const SOONEST_MS = 1_000

/**
 * Which changes of pace are told, and when: one that matters at once, small steps together, and never more than one a
 * second. A pure step over reports and instants (ms).
 */
export class PaceNews {
  #told: PaceReport | null = null
  #toldAt = Number.NEGATIVE_INFINITY
  #steps = 0

  /** The report to tell now, with how many steps it sums up; null: nothing. */
  next(report: PaceReport, now: number): { readonly report: PaceReport; readonly steps: number } | null {
    const last = this.#told
    if (last !== null && last.reason === report.reason) return null
    this.#steps += 1
    const since = now - this.#toldAt
    if (since < SOONEST_MS) return null
    if (last !== null && since < EVERY_MS && !isFar(last, report)) return null
    this.#told = report
    this.#toldAt = now
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
