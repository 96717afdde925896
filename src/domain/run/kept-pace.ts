export interface AllowedPace {
  /** Calls now allowed at once. */
  readonly concurrency: number
  /** Calls per second; null: limited by the concurrency only. */
  readonly perSecond: number | null
  /** For people, such as "halved to 12: 24 % of calls failed". */
  readonly reason: string
}

/** The last pace, and what was learned of the vendor; stored with the account for `status` and for the next run. */
export interface KeptPace extends AllowedPace {
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

/** The pace alone, of whatever else it comes with. */
export function allowedPace({ concurrency, perSecond, reason }: AllowedPace): AllowedPace {
  return { concurrency, perSecond, reason }
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
