import type { Quota } from '../refresh/ports/pace.ts'
import type { Headers } from '../refresh/ports/vendor.ts'
import { type HeaderMeaning, meaningOf, windowOf } from './rate-header-names.ts'
import { amount, parsePolicies, parseStates, type RatePolicy } from './rate-limit-fields.ts'
import { FARTHEST_MS, parseReset, vendorNow } from './reset-time.ts'

/** Reads the rate limits in a reply's headers; `nowMs` in epoch ms. Empty if there are none that are credible. */
export type RateHeaderReader = (headers: Headers, nowMs: number) => readonly Quota[]

/** Longer headers are ignored. */
const LONGEST_TEXT = 2_048
/** The most header names cached; a vendor uses about twenty. */
const MOST_NAMES = 256
/** Tolerance by which a reset may be farther away than its window is long: clocks differ, and seconds are rounded up. */
const RESET_SLACK = 25 / 24
const RESET_SLACK_MS = 2_000
const NOTHING: readonly Quota[] = []

type RateHeader = [meaning: HeaderMeaning, text: string]

/**
 * Creates a reader that caches the meaning of header names and the last policy, which is the same in every reply, so that
 * a reply without rate headers costs one look-up per header. Malformed parts are left out individually.
 */
export function rateHeaderReader(): RateHeaderReader {
  const names = new Map<string, HeaderMeaning | null>()
  const meaning = (name: string) => {
    const known = names.get(name)
    if (known !== undefined) return known
    const found = meaningOf(name)
    if (names.size < MOST_NAMES) names.set(name, found)
    return found
  }
  const policiesIn = rememberingLast(parsePolicies)
  return (headers, nowMs) => {
    const rateHeaders: RateHeader[] = []
    for (const name in headers) {
      const means = meaning(name)
      const text = means === null ? '' : textOf(headers[name])
      if (means !== null && text !== '') rateHeaders.push([means, text])
    }
    return rateHeaders.length === 0 ? NOTHING : quotasIn(rateHeaders, policiesIn, nowMs, headers.date)
  }
}

function quotasIn(
  rateHeaders: readonly RateHeader[],
  policiesIn: (text: string) => readonly RatePolicy[],
  nowMs: number,
  date: Headers[string],
): Quota[] {
  const policies = rateHeaders.flatMap(([{ kind }, text]) => (kind === 'policy' ? policiesIn(text) : []))
  const states = rateHeaders.flatMap(([{ kind }, text]) => (kind === 'state' ? parseStates(text) : []))
  const fields = states.flatMap(({ name, limit, remaining, resetMs }): Quota[] => {
    const policy = policyOf(policies, name, limit)
    if (policy?.ofCalls === false) return []
    const resetAt = resetMs === null ? null : nowMs + resetMs
    return [{ limit: limit ?? policy?.limit ?? null, remaining, resetAt, windowMs: policy?.windowMs ?? null }]
  })
  const vendorNowMs = rateHeaders.some(([{ kind }]) => kind === 'reset') ? vendorNow(date, nowMs) : nowMs
  const figures = figuresIn(rateHeaders, nowMs, vendorNowMs).map((quota) => {
    const policy = quota.windowMs === null && quota.limit !== null ? policyOf(policies, null, quota.limit) : null
    return policy === null ? quota : { ...quota, windowMs: policy.windowMs }
  })
  return [...fields, ...figures].map((quota) => believed(quota, nowMs)).filter((quota) => quota !== null)
}

/** Finds a policy by name, otherwise by limit, otherwise the only one. */
function policyOf(policies: readonly RatePolicy[], name: string | null, limit: number | null): RatePolicy | null {
  const named = name === null ? undefined : policies.find((policy) => policy.name === name)
  const alike = limit === null ? undefined : policies.find((policy) => policy.limit === limit)
  const only = policies.length === 1 && (name === null || policies[0]?.name === null) ? policies[0] : undefined
  return named ?? alike ?? only ?? null
}

/** Combines headers with one figure each into limits. */
function figuresIn(rateHeaders: readonly RateHeader[], nowMs: number, vendorNowMs: number): Quota[] {
  const groups = new Map<string, Quota>()
  const record = (group: string, windowMs: number | null, figure: Partial<Quota>) => {
    const before = groups.get(group) ?? { limit: null, remaining: null, resetAt: null, windowMs }
    groups.set(group, { ...before, ...figure })
  }
  for (const [means, text] of rateHeaders) {
    if (means.kind === 'state' || means.kind === 'policy') continue
    const { kind, group, windowMs } = means
    if (kind === 'reset') {
      const resetAt = parseReset(text, nowMs, vendorNowMs)
      if (resetAt !== null) record(group, windowMs, { resetAt })
    } else if (text.startsWith('{')) {
      for (const [label, value] of windowsIn(text)) record(String(windowOf(label)), windowOf(label), { [kind]: value })
    } else {
      const value = leadingAmount(text)
      if (value !== null) record(group, windowMs, { [kind]: value })
    }
  }
  return withLooseReset([...groups.values()], nowMs)
}

/** Assigns a reset without a limit to the shortest window that it fits: People Data Labs sends one reset for all limits. */
function withLooseReset(quotas: readonly Quota[], nowMs: number): Quota[] {
  const isLoose = (quota: Quota) => quota.windowMs === null && quota.limit === null && quota.remaining === null
  const loose = quotas.find(isLoose)?.resetAt ?? null
  const limits = quotas.filter((quota) => !isLoose(quota))
  if (loose === null) return limits
  const fitting = limits
    .filter(({ windowMs, resetAt }) => resetAt === null && windowMs !== null && fits(loose - nowMs, windowMs))
    .sort((a, b) => (a.windowMs as number) - (b.windowMs as number))
  return limits.map((quota) => (quota === fitting[0] ? { ...quota, resetAt: loose } : quota))
}

function fits(waitMs: number, windowMs: number): boolean {
  return waitMs <= windowMs * RESET_SLACK + RESET_SLACK_MS
}

/** Null for a limit of 0 (which some vendors send for "no limit"), and for a window so long that it counts credits. */
function believed({ limit, remaining, resetAt, windowMs }: Quota, nowMs: number): Quota | null {
  if (limit === 0 || (windowMs !== null && windowMs > FARTHEST_MS)) return null
  if (limit === null && remaining === null) return null
  const waitMs = (resetAt ?? nowMs) - nowMs
  const near = waitMs <= FARTHEST_MS && (windowMs === null || fits(waitMs, windowMs))
  return { limit, remaining, resetAt: near ? resetAt : null, windowMs }
}

/** `{'minute': 99, 'day': 4}`: People Data Labs' JSON with single quotes (https://docs.peopledatalabs.com, read 2026-11-21). */
function windowsIn(text: string): [label: string, value: number][] {
  try {
    const parsed: unknown = JSON.parse(text.replaceAll("'", '"'))
    return Object.entries(parsed as object).flatMap(([label, text]): [string, number][] => {
      const value = amount(String(text))
      return value === null || windowOf(label) === null ? [] : [[label, Math.floor(value)]]
    })
  } catch {
    return []
  }
}

/** The amount in `100`, or the first in `100, 100;w=60` as in the earliest drafts; rounded down. */
function leadingAmount(text: string): number | null {
  const value = amount(text.split(/[,;]/, 1)[0]?.trim())
  return value === null ? null : Math.floor(value)
}

function textOf(value: Headers[string]): string {
  const text = typeof value === 'string' ? value : (value?.join(', ') ?? '')
  return text.length > LONGEST_TEXT ? '' : text.trim()
}

/** Caches the result for the last text. */
function rememberingLast<T>(parse: (text: string) => T): (text: string) => T {
  let last: { text: string; parsed: T } | null = null
  return (text) => {
    if (last?.text !== text) last = { text, parsed: parse(text) }
    return last.parsed
  }
}
