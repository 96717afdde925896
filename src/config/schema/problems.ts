import type * as z from 'zod'
import { nearestName, type Problem } from '../../domain/errors/problem.ts'
import type { IssueDetail } from './values/leaf.ts'

/** Where a problem stands when it is the config as a whole. */
export const WHOLE_CONFIG = 'default export'

/** What zod found, as the problems that the user reads. `hide` takes secrets out of the text. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], hide: (text: string) => string): Problem[] {
  return issues.map((issue) => toProblem(issue, hide))
}

function toProblem(issue: z.core.$ZodIssue, hide: (text: string) => string): Problem {
  const path = formatPath(issue.path)
  if (issue.code !== 'custom') return { path, found: 'something else', allowed: issue.message }
  const detail = issue.params as IssueDetail
  if ('knownKeys' in detail) return unknownKey(path, String(issue.path.at(-1)), detail.knownKeys)
  const value = typeof detail.value === 'string' ? hide(detail.value) : detail.value
  const problem = { path, found: detail.found ?? describeValue(value), allowed: detail.allowed }
  return detail.hint === undefined ? problem : { ...problem, hint: detail.hint }
}

function unknownKey(path: string, key: string, knownKeys: readonly string[]): Problem {
  const problem = { path, found: 'an unknown key', allowed: knownKeys.join(', ') }
  const nearest = nearestName(key, knownKeys)
  return nearest === undefined ? problem : { ...problem, hint: `Did you mean \`${nearest}\`?` }
}

/** A path as JavaScript would write it: `vendor.limits.perSecond`, `jobs["month-end"].orderBy[0]`. */
function formatPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return WHOLE_CONFIG
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    const name = String(key)
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}

const LONGEST = 60

/** What stands where a value was found that may be a secret. */
export const HIDDEN = '(hidden)'

/** A value in a few words, for a problem's `found`: text quoted and cut, everything that has parts by its kind only. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (value instanceof Promise) return 'a promise'
  if (value instanceof Date) return 'a date'
  return 'an object'
}

function quote(text: string): string {
  return text.length <= LONGEST ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, LONGEST - 1)).slice(0, -1)}…"`
}
