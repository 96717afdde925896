import { CLOCKS_APART_MS } from '../books/charges.ts'

/** Longer than any billing cycle: an older balance is useless. */
const OLDEST_MS = 32 * 86_400_000
/** Distinguishes epoch seconds (below it until the year 5138) from epoch milliseconds (above it since 1973). */
const LEAST_MS = 1e11

const ISO_WITH_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)$/i

/**
 * Parses the instant for which a vendor's balance is valid: a Date, ISO 8601 text with a zone, or epoch seconds or
 * milliseconds (distinguished by size). Returns epoch milliseconds, never after `now`, or what is wrong.
 */
export function parseAsOf(value: unknown, now: number): { readonly at: number } | { readonly problem: string } {
  const at = instantOf(value)
  if (!Number.isFinite(at)) return { problem: `is not an instant (found ${show(value)})` }
  if (at > now + CLOCKS_APART_MS) return { problem: `is in the future (${new Date(at).toISOString()})` }
  if (at < now - OLDEST_MS) return { problem: `is older than a billing cycle (found ${show(value)})` }
  return { at: Math.min(at, now) }
}

function instantOf(value: unknown): number {
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'string' && ISO_WITH_ZONE.test(value.trim())) return Date.parse(value.trim())
  const text = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim())
  const number = typeof value === 'number' || text ? Number(value) : Number.NaN
  const ms = number < LEAST_MS ? number * 1_000 : number
  // NaN for what Date cannot hold.
  return new Date(ms).getTime()
}

function show(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 60)
}
