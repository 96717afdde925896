import type * as z from 'zod'
import { CREDIT, type Credits, NO_CREDITS } from '../domain/credits.ts'
import { credits } from './amounts.ts'
import type { CostConfig, CreditsConfig } from './config.ts'
import type { CreditsOptions } from './credits-options.ts'
import { cycleSchema } from './cycle-schema.ts'
import { choose, together } from './leaf.ts'
import { isPlainObject } from './plain-object.ts'
import { callback, duration, oneOf, pathText, positiveNumber, text, yesOrNo } from './rules.ts'
import { section } from './section.ts'

type Charged = NonNullable<CreditsOptions['charged']>
type Remaining = NonNullable<CreditsOptions['remaining']>
type Balance = NonNullable<CreditsOptions['balance']>

export function creditsSchema(): z.ZodType<CreditsConfig> {
  const parts = section({
    cost: costSchema().default({ per: 'match', credits: CREDIT, minimum: NO_CREDITS }),
    pool: text("letters, digits, '.', '_', '-', such as 'phones'", /^[a-z0-9][a-z0-9._-]*$/i).optional(),
    freeRepeat: freeRepeatSchema().optional(),
    charged: callback<Charged>('(reply) => the credits that the call cost').optional(),
    remaining: callback<Remaining>('(reply) => the balance').optional(),
    balance: section({
      path: pathText(),
      remaining: callback<Balance['remaining']>('(body) => the balance'),
      asOf: callback<NonNullable<Balance['asOf']>>('(body) => the instant of the balance').optional(),
      purchased: callback<NonNullable<Balance['purchased']>>('(body) => the credits bought beside the plan').optional(),
      perMinute: positiveNumber().optional(),
    }).optional(),
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
  const price = callback<NonNullable<CostConfig['price']>>('(record, data) => credits')
  const terms = section({
    per: oneOf('call', 'record', 'match'),
    credits: choose<Credits | NonNullable<CostConfig['price']>>((value) =>
      typeof value === 'function' ? price : credits({ positive: true }),
    ),
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

/** A shorter window would be over before a call can be sure to lie within it. */
const LEAST_WINDOW_MS = 120_000

function freeRepeatSchema(): z.ZodType<NonNullable<CreditsConfig['freeRepeat']>> {
  const within = duration({ leastMs: LEAST_WINDOW_MS })
  const whole = section({ within, select: yesOrNo().default(true) })
  return choose<NonNullable<CreditsConfig['freeRepeat']>>((value) =>
    isPlainObject(value)
      ? together(whole, ({ within: withinMs, select }) => ({ withinMs, select }))
      : together(within, (withinMs) => ({ withinMs, select: true })),
  )
}

const ONLY_PRICED = { found: 'a maximum', allowed: 'only where `credits` is a function' }
const MOST_WANTED = 'the most that one record can cost, where `credits` is a function: it is reserved before each call'
