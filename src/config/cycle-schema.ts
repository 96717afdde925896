import type * as z from 'zod'
import { parseDay } from '../domain/plain-day.ts'
import type { CycleConfig } from './config.ts'
import type { CycleOptions } from './credits-options.ts'
import { leaf, together } from './leaf.ts'
import { callback, wholeNumber } from './rules.ts'
import { section } from './section.ts'
import { timeZone } from './time-zone.ts'

type ResetsAt = NonNullable<CycleOptions['resetsAt']>

/** A cycle of more days than these is not one that is spent down. */
const MOST_DAYS = 366

export function cycleSchema(): z.ZodType<CycleConfig> {
  const parts = section({
    anchorDay: wholeNumber(1, 31).optional(),
    days: wholeNumber(1, MOST_DAYS).optional(),
    from: day().optional(),
    timeZone: timeZone().default('UTC'),
    resetsAt: callback<ResetsAt>("(body) => when the account's next reset is").optional(),
    rollover: share().optional(),
  })
  return together(parts, ({ anchorDay, days, from, timeZone, ...rest }, refuse): CycleConfig => {
    const others = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
    if (days === undefined && from === undefined) return { anchorDay: anchorDay ?? 1, timeZone, ...others }
    if (anchorDay !== undefined) {
      return refuse({
        path: ['anchorDay'],
        value: anchorDay,
        allowed: 'only without `days`: a cycle is the one or the other',
      })
    }
    if (days === undefined) return refuse({ path: ['days'], value: days, allowed: 'the number of days, beside `from`' })
    if (from === undefined)
      return refuse({ path: ['from'], value: from, allowed: 'a day on which a cycle began, beside `days`' })
    return { days, from, timeZone, ...others }
  })
}

function day(): z.ZodType<string> {
  return leaf("a day, such as '2026-01-15'", (value, refuse) => {
    return typeof value === 'string' && parseDay(value) !== null ? value : refuse()
  })
}

function share(): z.ZodType<number> {
  return leaf('a share from 0 to 1', (value, refuse) => {
    return typeof value === 'number' && value >= 0 && value <= 1 ? value : refuse()
  })
}
