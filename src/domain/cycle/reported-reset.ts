import { Temporal } from 'temporal-polyfill'
import { type CycleTerms, cycleAt } from './billing-cycle.ts'
import { parseDay } from './plain-day.ts'

/** Numbers below EPOCH_SECONDS are seconds from now; then come epoch seconds, epoch milliseconds, and invalid numbers. */
const EPOCH_SECONDS = 1e8
const EPOCH_MS = 1e11
const NONSENSE = 1e14
/** A reset further ahead is not credible: cycles last a year at most. */
const FARTHEST_MS = 400 * 86_400_000
/** An instant with its zone is shorter. */
const LONGEST_TEXT = 100

/**
 * Parses the account's next reset as reported by a vendor: a Date, ISO 8601 text (without a zone: in `timeZone`; a date
 * only: its first instant), epoch seconds or milliseconds, or seconds from now. Returns epoch ms; null if it cannot be
 * read, has passed, or is more than 400 days ahead.
 */
export function parseReportedReset(value: unknown, nowMs: number, timeZone: string): number | null {
  const at = instantOf(value, nowMs, timeZone)
  return at === null || !(at > nowMs) || at - nowMs > FARTHEST_MS ? null : at
}

/** The day of the return may be told in another zone, or be the day after the reset. */
const MARGIN_MS = 2 * 86_400_000

/** Parses when credits come back, in the same forms; null also where that is later than the next reset can be. */
export function parseCreditsBack(value: unknown, nowMs: number, terms: CycleTerms): number | null {
  const at = parseReportedReset(value, nowMs, terms.timeZone)
  const { startAt, endAt } = cycleAt(nowMs, terms)
  return at === null || at > nowMs + (endAt - startAt) + MARGIN_MS ? null : at
}

function instantOf(value: unknown, nowMs: number, timeZone: string): number | null {
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'number') return ofNumber(value, nowMs)
  if (typeof value !== 'string') return null
  const text = value.trim()
  return /^\d+(\.\d+)?$/.test(text) ? ofNumber(Number(text), nowMs) : ofText(text, timeZone)
}

function ofNumber(value: number, nowMs: number): number | null {
  if (!Number.isFinite(value) || value < 0 || value >= NONSENSE) return null
  if (value < EPOCH_SECONDS) return Math.round(nowMs + value * 1_000)
  return Math.round(value < EPOCH_MS ? value * 1_000 : value)
}

function ofText(text: string, timeZone: string): number | null {
  if (text.length > LONGEST_TEXT || !/^\d{4}-\d{2}-\d{2}([T ]|$)/.test(text)) return null
  try {
    if (/(Z|[+-]\d{2}(:?\d{2})?)(\[[^\]]*\])?$/i.test(text.slice(10)))
      return Temporal.Instant.from(text).epochMilliseconds
    if (text.length === 10) return parseDay(text)?.toZonedDateTime({ timeZone }).epochMilliseconds ?? null
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds
  } catch {
    return null
  }
}
