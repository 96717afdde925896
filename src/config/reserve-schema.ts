import type * as z from 'zod'
import { NO_CREDITS } from '../domain/credits.ts'
import { type AutoReserve, DEFAULT_CONFIDENCE, parseShare, type Reserve, SHARE_ALLOWED } from '../domain/reserve.ts'
import { credits } from './amounts.ts'
import { choose, leaf } from './leaf.ts'
import { isPlainObject } from './plain-object.ts'
import { section } from './section.ts'

const ALLOWED = `a number of credits, 0 or more, ${SHARE_ALLOWED}, 'auto', or { auto: true, confidence, atLeast }`

/** Credits, a share, or what others will need. */
export function reserve(): z.ZodType<Reserve> {
  return choose((value): z.ZodType<Reserve> => {
    if (typeof value === 'number') return credits()
    return isPlainObject(value) ? autoReserve() : text
  })
}

const text = leaf<Reserve>(ALLOWED, (value, refuse) => {
  if (value === 'auto') return { kind: 'auto', confidence: DEFAULT_CONFIDENCE, atLeast: NO_CREDITS }
  const share = parseShare(value)
  if (share !== null) return { kind: 'share', share }
  if (typeof value !== 'string') return refuse()
  if (/%\s*$/.test(value)) return refuse({ allowed: SHARE_ALLOWED })
  return refuse(/\d/.test(value) ? { hint: `Write credits as a number, not as text; a share with its %.` } : {})
})

function autoReserve(): z.ZodType<AutoReserve> {
  const yes = leaf<true>('true', (value, refuse) => (value === true ? true : refuse()))
  const confidence = leaf<number>('a number from 0.5 to 0.999', (value, refuse) => {
    if (typeof value === 'number' && value >= 0.5 && value <= 0.999) return value
    return refuse(typeof value === 'number' && value > 1 && value < 100 ? { hint: `95 % is written 0.95.` } : {})
  })
  return section({
    auto: yes,
    confidence: confidence.prefault(DEFAULT_CONFIDENCE),
    atLeast: credits().prefault(0),
  }).transform(({ auto: _, ...rest }): AutoReserve => ({ kind: 'auto', ...rest }))
}
