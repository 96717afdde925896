/** The pace as it was last, and what was learned of the vendor: kept in its account, for `status` and for the next run. */
export interface KeptPace {
  /** Calls allowed at once, and a second (null: as fast as the concurrency lets them); and why, in words. */
  readonly concurrency: number
  readonly perSecond: number | null
  readonly reason: string
  readonly learned: LearnedPace
}

export interface LearnedPace {
  /** Calls at once with which the vendor was well. */
  readonly concurrency: number
  /** Calls a second that it does not refuse, in which window; null: it never refused one. */
  readonly perSecond: number | null
  readonly windowMs: number
  /** What it takes for a call when it has no other, ms; null: not known. */
  readonly baselineMs: number | null
  /** Epoch milliseconds. */
  readonly at: number
}

export function writePace(pace: KeptPace): string {
  return JSON.stringify(pace)
}

/** Null where there is nothing, or what there is cannot be believed. */
export function readPace(text: string | null): KeptPace | null {
  if (text === null) return null
  try {
    const { concurrency, perSecond, reason, learned } = JSON.parse(text) as KeptPace
    const { windowMs, baselineMs, at } = learned
    const rates = [perSecond, learned.perSecond, baselineMs].every((value) => value === null || isAmount(value))
    if (!rates || ![concurrency, learned.concurrency, windowMs, at].every(isAmount)) return null
    return { concurrency, perSecond, reason: String(reason), learned }
  } catch {
    return null
  }
}

function isAmount(value: number): boolean {
  return Number.isFinite(value) && value > 0
}
