const MICRO_PER_CREDIT = 1_000_000

/** Micro-credits, so that sums are exact. @throws RangeError if negative, not finite, finer than 1e-6, or too large. */
export function toMicro(credits: number): number {
  if (!isExactCredits(credits)) {
    throw new RangeError(`${credits} is not an amount of credits: give 0 or more, with at most 6 decimals`)
  }
  return Math.round(credits * MICRO_PER_CREDIT)
}

/** Whether it is an amount of credits that needs no rounding. */
export function isExactCredits(credits: unknown): credits is number {
  if (typeof credits !== 'number' || credits < 0) return false
  const micro = Math.round(credits * MICRO_PER_CREDIT)
  return Number.isSafeInteger(micro) && micro / MICRO_PER_CREDIT === credits
}

export function fromMicro(micro: number): number {
  return micro / MICRO_PER_CREDIT
}
