/**
 * An exact amount of credits: a whole number of micro-credits (1 credit = 1,000,000), so that 0.1 + 0.2 is 0.3 and a sum
 * of a million costs does not drift. Safe up to nine billion (9 × 10⁹) credits.
 */
export type Credits = number & { readonly unit: 'micro-credits' }

export const CREDIT = 1_000_000 as Credits
export const NO_CREDITS = 0 as Credits

/** The largest amount that is still exact. */
export const MOST_CREDITS = Number.MAX_SAFE_INTEGER as Credits

/**
 * Parses an amount as people and vendors write it ("12.5", 12.5); null if it is not a number, not finite, or too large to
 * be exact. More than six decimals round away from zero, so that a cost is never rounded down.
 */
export function parseCredits(amount: unknown): Credits | null {
  if (typeof amount === 'string' && !/^\s*[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(amount)) return null
  if (typeof amount !== 'string' && typeof amount !== 'number') return null
  const credits = Number(amount)
  const micro = credits * CREDIT
  if (!Number.isFinite(micro) || Math.abs(micro) > MOST_CREDITS) return null
  const nearest = Math.round(micro)
  if (Math.abs(nearest - micro) < 1e-3 || Math.abs(nearest - micro) <= Math.abs(micro) * 4e-16)
    return nearest as Credits
  return (micro < 0 ? Math.floor(micro) : Math.ceil(micro)) as Credits
}

/** Micro-credits as the decimal number that people read. */
export function toDecimal(amount: Credits): number {
  return amount / CREDIT
}

export function plus(...amounts: readonly Credits[]): Credits {
  let sum = 0
  for (const amount of amounts) sum += amount
  return sum as Credits
}

export function minus(from: Credits, ...amounts: readonly Credits[]): Credits {
  let rest: number = from
  for (const amount of amounts) rest -= amount
  return rest as Credits
}

export function times(amount: Credits, count: number): Credits {
  return (amount * count) as Credits
}

export function least(...amounts: readonly Credits[]): Credits {
  return Math.min(...amounts) as Credits
}

export function most(...amounts: readonly Credits[]): Credits {
  return Math.max(...amounts) as Credits
}

/** How many times `each` fits into `amount`: Infinity if `each` is zero or less, 0 if `amount` is. */
export function fits(amount: Credits, each: Credits): number {
  if (each <= 0) return Number.POSITIVE_INFINITY
  return amount <= 0 ? 0 : Math.floor(amount / each)
}
