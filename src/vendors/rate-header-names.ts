export type HeaderMeaning =
  /** The `RateLimit` field of the IETF draft, and its `RateLimit-Policy`. */
  | { readonly kind: 'state' }
  | { readonly kind: 'policy' }
  /** One figure of a limit, in its own header. Figures of the same limit have the same `group`. */
  | { readonly kind: Figure; readonly group: string; readonly windowMs: number | null }

export type Figure = 'limit' | 'remaining' | 'reset'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const WINDOWS = new Map([
  ...['second', 'seconds', 'sec', '1-second'].map((label) => [label, SECOND_MS] as const),
  ...['minute', 'minutes', 'minutely', 'min', '1-minute'].map((label) => [label, MINUTE_MS] as const),
  ...['hour', 'hours', 'hourly', '1-hour'].map((label) => [label, HOUR_MS] as const),
  ...['day', 'daily', '24-hour', '24-hours', '24h', '1-day'].map((label) => [label, DAY_MS] as const),
])
/** A label for what is counted, without a window. */
const COUNTED = 'requests'
const LONGEST_NAME = 64

/** The length of a window by its vendor's name, ms; null: not known. */
export function windowOf(label: string): number | null {
  return WINDOWS.get(label.replace(/^per-/, '')) ?? null
}

/**
 * The meaning of a header by its lower-case name; null: not a rate limit. Supported: `RateLimit`, `RateLimit-Policy`,
 * `[X-]RateLimit-{Limit,Remaining,Reset}` and `[X-]Rate-Limit-…`, each with an optional window before or after
 * (`x-ratelimit-limit-minute`); Apollo's `x-rate-limit-minute` and `x-minute-requests-left`
 * (https://docs.apollo.io/reference/rate-limits, read 2026-11-21). Limits on tokens or bytes are ignored.
 */
export function meaningOf(name: string): HeaderMeaning | null {
  if (name.length > LONGEST_NAME) return null
  if (name === 'ratelimit') return { kind: 'state' }
  if (name === 'ratelimit-policy') return { kind: 'policy' }
  const left = /^(?:x-)?(.+)-requests-(?:left|remaining)$/.exec(name)
  const label = left?.[1] ?? ''
  if (WINDOWS.has(label)) return figure('remaining', label, '')
  const parts = /^((?:x-)?rate-?limit)-(.+)$/.exec(name)
  return parts === null ? null : figureIn(parts[2] as string, parts[1] as string)
}

function figureIn(rest: string, prefix: string): HeaderMeaning | null {
  const words = rest.split('-')
  const at = words.findIndex((word) => word === 'limit' || word === 'remaining' || word === 'reset')
  // Apollo names the limit by its window only.
  if (at < 0) return windowOf(rest) === null ? null : figure('limit', rest, prefix)
  const label = words.toSpliced(at, 1).join('-')
  if (label !== '' && label !== COUNTED && windowOf(label) === null) return null
  return figure(words[at] as Figure, label, prefix)
}

function figure(kind: Figure, label: string, prefix: string): HeaderMeaning {
  const windowMs = windowOf(label)
  return { kind, group: windowMs === null ? `${prefix} ${label}` : String(windowMs), windowMs }
}
