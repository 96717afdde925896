/** The last pace, and what was learned of the vendor; stored with the account for `status` and for the next run. */
export interface KeptPace {
  /** Calls allowed at once and per second (null: limited by the concurrency only), and the reason as a sentence. */
  readonly concurrency: number
  readonly perSecond: number | null
  readonly reason: string
  readonly learned: LearnedPace
}

export interface LearnedPace {
  /** The concurrency at which the vendor was healthy. */
  readonly concurrency: number
  /** Calls per second that it does not refuse, and over which window; null: it never refused any. */
  readonly perSecond: number | null
  readonly windowMs: number
  /** Latency of a single call without load, ms; null: not known. */
  readonly baselineMs: number | null
  /** Epoch milliseconds. */
  readonly at: number
}

export function writePace(pace: KeptPace): string {
  return JSON.stringify(pace)
}

/** Null if the text is null, or cannot be read. */
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
