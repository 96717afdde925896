import { CLOCKS_APART_MS } from './charges.ts'

/** Longer than any billing cycle: a balance that old says nothing. */
const OLDEST_MS = 32 * 86_400_000
/** Epoch seconds are below it until the year 5138, epoch milliseconds above it since 1973. */
const LEAST_MS = 1e11

const ISO_WITH_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)$/i

/**
 * The instant as of which a vendor tells a balance: a Date, ISO 8601 text with its zone, or epoch seconds or
 * milliseconds (told apart by their size), as epoch milliseconds and never after `now`; or what is wrong with it.
 */
export function parseAsOf(said: unknown, now: number): { readonly at: number } | { readonly problem: string } {
  const at = instantOf(said)
  if (!Number.isFinite(at)) return { problem: `is no instant (found ${show(said)})` }
  if (at > now + CLOCKS_APART_MS) return { problem: `is in the future (${new Date(at).toISOString()})` }
  if (at < now - OLDEST_MS) return { problem: `is older than a billing cycle (found ${show(said)})` }
  return { at: Math.min(at, now) }
}

function instantOf(said: unknown): number {
  if (said instanceof Date) return said.getTime()
  if (typeof said === 'string' && ISO_WITH_ZONE.test(said.trim())) return Date.parse(said.trim())
  const text = typeof said === 'string' && /^\d+(\.\d+)?$/.test(said.trim())
  const number = typeof said === 'number' || text ? Number(said) : Number.NaN
  const ms = number < LEAST_MS ? number * 1_000 : number
  // What Date cannot hold is no instant.
  return new Date(ms).getTime()
}

function show(said: unknown): string {
  return typeof said === 'object' && said !== null ? 'an object' : String(said).slice(0, 60)
}
