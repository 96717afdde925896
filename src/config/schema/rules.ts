import type * as z from 'zod'
import { type Credits, parseCredits, toDecimal } from '../../domain/credits/credits.ts'
import { parseCron } from '../../domain/cycle/cron-expression.ts'
import { nextTime } from '../../domain/cycle/cron-times.ts'
import { nearestName } from '../../domain/errors/problem.ts'
import { DURATION_ALLOWED, formatDuration, parseDuration } from './values/duration.ts'
import { choose, leaf, only } from './values/leaf.ts'

export function text(allowed: string, shape = /\S/): z.ZodType<string> {
  return only(allowed, (value): value is string => typeof value === 'string' && shape.test(value))
}

/** A function, handed on as it is; `signature` tells the user its form. */
export function callback<F>(signature: string): z.ZodType<NonNullable<F>> {
  return only(`a function ${signature}`, (value): value is NonNullable<F> => typeof value === 'function')
}

export function yesOrNo(): z.ZodType<boolean> {
  return only('true or false', (value) => typeof value === 'boolean')
}

export function anyNumber(): z.ZodType<number> {
  return only('a number', isNumber)
}

export function positiveNumber(): z.ZodType<number> {
  return only('a number above 0', (value): value is number => isNumber(value) && value > 0)
}

export function wholeNumber(least: number, most: number): z.ZodType<number> {
  return only(`a whole number from ${least} to ${most}`, (value): value is number => {
    return Number.isInteger(value) && isNumber(value) && value >= least && value <= most
  })
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

export function oneOf<T extends string>(...names: readonly T[]): z.ZodType<T> {
  return leaf(names.map((name) => `'${name}'`).join(', '), (value, refuse) => {
    const name = names.find((each) => each === value)
    if (name !== undefined) return name
    const nearest = typeof value === 'string' ? nearestName(value, names) : undefined
    return refuse(nearest === undefined ? {} : { hint: `Did you mean '${nearest}'?` })
  })
}

/** One HTTP status, or several. */
export function statuses(): z.ZodType<readonly number[]> {
  return leaf('a status from 100 to 599, or a list of them', (value, refuse) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    return list.length > 0 && list.every(isStatus) ? list : refuse()
  })
}

function isStatus(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 100 && value <= 599
}

/** A list of columns' names, each once. */
export function areNames(list: unknown): list is readonly string[] {
  if (!Array.isArray(list)) return false
  return list.every((name) => typeof name === 'string' && name !== '') && new Set(list).size === list.length
}

/** Text such as '90s', in milliseconds. */
export function duration({ leastMs = 0 } = {}): z.ZodType<number> {
  const atLeast = leastMs > 0 ? `, at least ${formatDuration(leastMs)}` : ''
  return leaf(`${DURATION_ALLOWED}${atLeast}`, (value, refuse) => {
    const parsed = parseDuration(value)
    if ('hint' in parsed) return refuse(value === undefined ? {} : { hint: parsed.hint })
    return parsed.ms >= leastMs ? parsed.ms : refuse()
  })
}

/** An HTTP path; what comes before it is the vendor's `baseUrl`. */
export function pathText(): z.ZodType<string> {
  return text("a path that starts with '/', such as '/v1/account'", /^\/\S*$/)
}

/** What a sum of floating-point numbers may miss its decimals by. */
const NOISE = 1e-9

const SIX_DECIMALS = 'with at most six decimals'

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
  const allowed = `'remaining', or a number of credits, 0 or more, ${SIX_DECIMALS}`
  const remaining = only(allowed, (value): value is 'remaining' => value === 'remaining')
  return choose((value): z.ZodType<'remaining' | Credits> => (typeof value === 'number' ? credits() : remaining))
}

/** A cron expression that is due some day: five fields, or six with seconds first. Its spaces are made single ones. */
export function cronExpression(): z.ZodType<string> {
  return leaf("a cron expression of five or six fields, such as '0 2 L * *'", (value, refuse) => {
    if (typeof value !== 'string') return refuse()
    const parsed = parseCron(value)
    if ('problem' in parsed) return refuse({ hint: parsed.problem })
    if (nextTime({ cron: parsed.cron, timeZone: 'UTC' }, 0) === null) return refuse({ hint: 'There is no such day.' })
    return value.trim().replace(/\s+/g, ' ')
  })
}

/** An IANA time zone by its name; offsets such as "+02:00" know no summer time and are refused. */
export function timeZone(): z.ZodType<string> {
  return leaf("an IANA time zone, such as 'UTC' or 'America/New_York'", (value, refuse) => {
    if (typeof value !== 'string') return refuse()
    if (isTimeZone(value)) return value
    const nearest = nearestName(value, Intl.supportedValuesOf('timeZone'))
    return refuse(nearest === undefined ? {} : { hint: `Did you mean '${nearest}'?` })
  })
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
