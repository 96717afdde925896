import { type Credits, minus, most, NO_CREDITS } from './credits.ts'

/** What becomes of credits that are unused at a reset: `share` of them (0 to 1) goes over into the next cycle. */
export function atReset(unused: Credits, share: number): { readonly carried: Credits; readonly expired: Credits } {
  const left = most(unused, NO_CREDITS)
  // A part of a micro-credit that a vendor might or might not carry over counts as expired.
  const carried = Math.floor(left * share) as Credits
  return { carried, expired: minus(left, carried) }
}
