import type * as z from 'zod'
import { type Credits, parseCredits, toDecimal } from '../domain/credits.ts'
import { choose, leaf } from './leaf.ts'

/** What a sum of floating-point numbers may miss its decimals by. */
const NOISE = 1e-9

const SIX_DECIMALS = 'with at most six decimals'

/** An amount of credits, written as a number. */
export function credits({ positive = false } = {}): z.ZodType<Credits> {
  const allowed = `a number of credits, ${positive ? 'above 0' : '0 or more'}, ${SIX_DECIMALS}`
  return leaf(allowed, (value, refuse) => {
    if (typeof value !== 'number')
      return refuse(typeof value === 'string' ? { hint: 'Write it as a number, not as text.' } : {})
    const amount = parseCredits(value)
    if (amount === null || value < 0 || (positive && value === 0)) return refuse()
    const rounding = Math.abs(toDecimal(amount) - value)
    return rounding <= Math.max(NOISE, value * Number.EPSILON) ? amount : refuse()
  })
}

export function budget(): z.ZodType<'remaining' | Credits> {
  const remaining = leaf<'remaining' | Credits>(
    `'remaining', or a number of credits, 0 or more, ${SIX_DECIMALS}`,
    (value, refuse) => {
      return value === 'remaining' ? 'remaining' : refuse()
    },
  )
  return choose((value): z.ZodType<'remaining' | Credits> => (typeof value === 'number' ? credits() : remaining))
}
