import { type Credits, minus, most, NO_CREDITS } from './credits.ts'

/** Splits credits that are unused at a reset: `share` of them (0 to 1) is carried over into the next cycle. */
export function atReset(unused: Credits, share: number): { readonly carried: Credits; readonly expired: Credits } {
  const left = most(unused, NO_CREDITS)
  // Fractions of a micro-credit count as expired.
  const carried = Math.floor(left * share) as Credits
  return { carried, expired: minus(left, carried) }
}
