import { isExactCredits } from './micro-credits.ts'

/** Says what is wrong with a value, each problem with its path; nothing when it is right. */
export type Check = (value: unknown, path: string) => string[]

/** A check from a test and the words for what passes it. */
export function must(be: string, passes: (value: unknown) => boolean): Check {
  return (value, path) => (passes(value) ? [] : [`${path} must be ${be}, not ${shown(value)}`])
}

export const text = must('a non-empty text', (value) => typeof value === 'string' && value !== '')
export const flag = must('true or false', (value) => typeof value === 'boolean')
export const share = numberIn(0, 1)
export const durationMs = numberIn(0, 2 ** 31 - 1)
export const positiveMs = numberIn(1, 2 ** 31 - 1)
export const credits = must('credits: 0 or more, at most 6 decimals', isExactCredits)
export const anything: Check = () => []

export function numberIn(min: number, max: number): Check {
  return must(`a number from ${min} to ${max}`, (value) => typeof value === 'number' && value >= min && value <= max)
}

export function wholeIn(min: number, max = 1_000_000_000): Check {
  return must(
    `a whole number from ${min} to ${max}`,
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  )
}

export function oneOf(...choices: readonly string[]): Check {
  return must(`one of ${choices.join(', ')}`, (value) => choices.includes(value as string))
}

export function orNull(check: Check): Check {
  return (value, path) => (value === null ? [] : check(value, path))
}

export function listOf(check: Check): Check {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((item, i) => check(item, `${path}[${i}]`))
      : [`${path} must be a list, not ${shown(value)}`]
}

/** An object with these keys and no others; `undefined` counts as not there. */
export function shape(checks: Record<string, Check>, required: readonly string[] = []): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return [`${path || 'The body'} must be an object, not ${shown(value)}`]
    }
    const at = (key: string) => (path ? `${path}.${key}` : key)
    const missing = required.filter((key) => (value as Record<string, unknown>)[key] === undefined)
    return [
      ...missing.map((key) => `${at(key)} is missing`),
      ...Object.entries(value).flatMap(([key, part]) => {
        const check = Object.hasOwn(checks, key) ? checks[key] : undefined
        if (!check) return [`${at(key)} is unknown; known are ${Object.keys(checks).join(', ')}`]
        return part === undefined ? [] : check(part, at(key))
      }),
    ]
  }
}

/** The first check whose required keys are there decides; for objects of several shapes. */
export function shapes(...choices: readonly { keys: readonly string[]; check: Check }[]): Check {
  return (value, path) => {
    const isThere = (key: string) => typeof value === 'object' && value !== null && key in value
    const choice = choices.find(({ keys }) => keys.some(isThere))
    if (choice) return choice.check(value, path)
    return [`${path} must have ${choices.map(({ keys }) => keys.join(' and ')).join(', or ')}, not ${shown(value)}`]
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
