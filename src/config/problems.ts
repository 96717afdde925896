import type * as z from 'zod'
import { nearestName, type Problem } from '../domain/problem.ts'
import { describeValue } from './describe-value.ts'
import type { IssueDetail } from './leaf.ts'

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
export function formatPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return WHOLE_CONFIG
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    const name = String(key)
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}
