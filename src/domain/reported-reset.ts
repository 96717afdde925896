import { Temporal } from 'temporal-polyfill'
import { parseDay } from './plain-day.ts'

/** Figures below are seconds from now, then seconds and then milliseconds since 1970; above is nonsense. */
const EPOCH_SECONDS = 1e8
const EPOCH_MS = 1e11
const NONSENSE = 1e14
/** A cycle of more than a year and a month is not one that is spent down. */
const FARTHEST_MS = 400 * 86_400_000

/**
 * When the account's next reset is, epoch ms, as a vendor says it: a Date, ISO 8601 (without a zone: in `timeZone`;
 * a day alone: its first instant), seconds or milliseconds since 1970, or seconds from now. Null where it cannot be
 * read, has passed, or lies more than 400 days ahead.
 */
export function parseReportedReset(said: unknown, nowMs: number, timeZone: string): number | null {
  const at = instantOf(said, nowMs, timeZone)
  return at === null || !(at > nowMs) || at - nowMs > FARTHEST_MS ? null : at
}

function instantOf(said: unknown, nowMs: number, timeZone: string): number | null {
  if (said instanceof Date) return said.getTime()
  if (typeof said === 'number') return ofNumber(said, nowMs)
  if (typeof said !== 'string') return null
  const text = said.trim()
  return /^\d+(\.\d+)?$/.test(text) ? ofNumber(Number(text), nowMs) : ofText(text, timeZone)
}

function ofNumber(value: number, nowMs: number): number | null {
  if (!Number.isFinite(value) || value < 0 || value >= NONSENSE) return null
  if (value < EPOCH_SECONDS) return Math.round(nowMs + value * 1_000)
  return Math.round(value < EPOCH_MS ? value * 1_000 : value)
}

function ofText(text: string, timeZone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}([T ]|$)/.test(text)) return null
  try {
    if (/(Z|[+-]\d{2}:?\d{2})$/i.test(text.slice(10))) return Temporal.Instant.from(text).epochMilliseconds
    if (text.length === 10) return parseDay(text)?.toZonedDateTime({ timeZone }).epochMilliseconds ?? null
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds
  } catch {
    return null
  }
}
