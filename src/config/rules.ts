import type * as z from 'zod'
import { nearestName } from '../domain/problem.ts'
import { DURATION_ALLOWED, formatDuration, parseDuration } from './duration.ts'
import { leaf } from './leaf.ts'

export function text(allowed: string, shape = /\S/): z.ZodType<string> {
  return leaf(allowed, (value, refuse) => (typeof value === 'string' && shape.test(value) ? value : refuse()))
}

/** A function, handed on as it is; `signature` tells the user its form. */
export function callback<F>(signature: string): z.ZodType<F> {
  return leaf(`a function ${signature}`, (value, refuse) => (typeof value === 'function' ? (value as F) : refuse()))
}

export function wholeNumber(least: number, most: number): z.ZodType<number> {
  return leaf(`a whole number from ${least} to ${most}`, (value, refuse) => {
    return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : refuse()
  })
}

export function yesOrNo(): z.ZodType<boolean> {
  return leaf('true or false', (value, refuse) => (typeof value === 'boolean' ? value : refuse()))
}

export function positiveNumber(): z.ZodType<number> {
  return leaf('a number above 0', (value, refuse) => {
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : refuse()
  })
}

export function anyNumber(): z.ZodType<number> {
  return leaf('a number', (value, refuse) => (typeof value === 'number' && Number.isFinite(value) ? value : refuse()))
}

export function oneOf<T extends string>(...names: readonly T[]): z.ZodType<T> {
  return leaf(names.map((name) => `'${name}'`).join(', '), (value, refuse) => {
    const name = names.find((each) => each === value)
    if (name !== undefined) return name
    const nearest = typeof value === 'string' ? nearestName(value, names) : undefined
    return refuse(nearest === undefined ? {} : { hint: `Did you mean '${nearest}'?` })
  })
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
