import type * as z from 'zod'
import type { CostTerms } from '../../domain/credits/cost.ts'
import { CREDIT, type Credits, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { CycleTerms } from '../../domain/cycle/billing-cycle.ts'
import { parseDay } from '../../domain/cycle/plain-day.ts'
import type { CostOptions, CreditsOptions, CycleOptions } from '../options/credits-options.ts'
import { balanceSchema } from './balance-schema.ts'
import { callback, credits, duration, isNumber, oneOf, text, timeZone, wholeNumber, yesOrNo } from './rules.ts'
import { choose, isPlainObject, only, section, together } from './values/leaf.ts'

type CycleConfig = CycleTerms & Pick<CycleOptions, 'resetsAt' | 'rollover'>
/** `price`: what one record costs, where they differ; never more than `credits`. */
type CostConfig = CostTerms & { readonly price?: Price }
type Price = Exclude<CostOptions['credits'], number>

export function creditsSchema() {
  const parts = section({
    cost: costSchema().default({ per: 'match', credits: CREDIT, minimum: NO_CREDITS }),
    pool: text("letters, digits, '.', '_', '-', such as 'phones'", /^[a-z0-9][a-z0-9._-]*$/i).optional(),
    freeRepeat: freeRepeatSchema().optional(),
    charged: callback<CreditsOptions['charged']>('(reply) => the credits that the call cost').optional(),
    remaining: callback<CreditsOptions['remaining']>('(reply) => the balance').optional(),
    backAt: callback<CreditsOptions['backAt']>('(body, reply) => when credits come back').optional(),
    balance: balanceSchema().optional(),
    allotment: credits().optional(),
    cycle: cycleSchema().prefault({}),
  })
  return together(parts, (credits, refuse) => {
    if (credits.cycle.resetsAt === undefined || credits.balance !== undefined) return credits
    return refuse({
      path: ['cycle', 'resetsAt'],
      found: 'a function',
      allowed: 'only beside `balance`, whose body it reads',
    })
  })
}

function costSchema(): z.ZodType<CostConfig> {
  const price = callback<Price>('(record, data) => credits')
  const terms = section({
    per: oneOf('call', 'record', 'match', 'change'),
    credits: choose<Credits | Price>((value) => (typeof value === 'function' ? price : credits({ positive: true }))),
    most: credits({ positive: true }).optional(),
    minimum: credits().default(NO_CREDITS),
  })
  return together(terms, ({ per, credits: each, most, minimum }, refuse): CostConfig => {
    if (typeof each !== 'function') {
      const hint = 'A cost in figures is its own maximum.'
      return most === undefined ? { per, credits: each, minimum } : refuse({ path: ['most'], ...ONLY_PRICED, hint })
    }
    if (per === 'call') return refuse({ path: ['credits'], value: each, allowed: "a number, where it is per 'call'" })
    if (most === undefined) return refuse({ path: ['most'], value: most, allowed: MOST_WANTED })
    return { per, credits: most, minimum, price: each }
  })
}

const ONLY_PRICED = { found: 'a maximum', allowed: 'only where `credits` is a function' }
const MOST_WANTED = 'the most that one record can cost, where `credits` is a function: it is reserved before each call'

/** In a shorter window no call could be sure to be in time. */
const LEAST_WINDOW_MS = 120_000

/** `select`: whether records within the window are selected. */
function freeRepeatSchema() {
  const within = duration({ leastMs: LEAST_WINDOW_MS })
  const whole = section({ within, select: yesOrNo().default(true) })
  return choose((value) =>
    isPlainObject(value)
      ? whole.transform(({ within: withinMs, select }) => ({ withinMs, select }))
      : within.transform((withinMs) => ({ withinMs, select: true })),
  )
}

const MOST_DAYS = 366

function cycleSchema(): z.ZodType<CycleConfig> {
  const parts = section({
    anchorDay: wholeNumber(1, 31).optional(),
    days: wholeNumber(1, MOST_DAYS).optional(),
    from: only("a day, such as '2026-01-15'", isDay).optional(),
    timeZone: timeZone().default('UTC'),
    resetsAt: callback<CycleOptions['resetsAt']>("(body) => when the account's next reset is").optional(),
    rollover: only('a share from 0 to 1', isShare).optional(),
  })
  return together(parts, ({ anchorDay, days, from, timeZone, ...rest }, refuse): CycleConfig => {
    const others = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
    if (days === undefined && from === undefined) return { anchorDay: anchorDay ?? 1, timeZone, ...others }
    if (anchorDay !== undefined) {
      const allowed = 'only without `days`: a cycle is the one or the other'
      return refuse({ path: ['anchorDay'], value: anchorDay, allowed })
    }
    if (days === undefined) return refuse({ path: ['days'], value: days, allowed: 'the number of days, beside `from`' })
    if (from === undefined)
      return refuse({ path: ['from'], value: from, allowed: 'a day on which a cycle began, beside `days`' })
    return { days, from, timeZone, ...others }
  })
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && parseDay(value) !== null
}

function isShare(value: unknown): value is number {
  return isNumber(value) && value >= 0 && value <= 1
}
