import type { UserTable } from '../user-table.ts'

/** An instant to the microsecond in UTC: '2026-11-05T10:00:00.123456Z'. Such texts compare as their instants do. */
export type InstantText = string

const INSTANT =
  /^(\d{4}-\d\d-\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?[0-5]\d)?)?)?$/i
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/

/** Years 1 to 9999: what both databases, JavaScript and plain ISO 8601 can all write. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z')
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z')

/** Reads ISO 8601: a date is its midnight, no zone means UTC, digits beyond microseconds are cut; null: no instant. */
export function readInstant(text: string): InstantText | null {
  const match = INSTANT.exec(text.trim())
  const date = match === null ? null : readDate(match[1] as string)
  if (match === null || date === null) return null
  const [, , hours = '0', minutes = '0', seconds = '0', fraction = '', zone = 'Z'] = match
  const micros = fraction.padEnd(6, '0')
  const timeMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(micros.slice(0, 3))
  return instantAt(Date.parse(`${date}T00:00:00Z`) + timeMs - offsetMs(zone), micros.slice(3, 6))
}

/** The instant at so many milliseconds since 1970, and so many microseconds (three digits) more. */
export function instantAt(ms: number, micros = '000'): InstantText | null {
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) return null
  return `${new Date(ms).toISOString().slice(0, -1)}${micros}Z`
}

/** To the millisecond, as `toISOString` writes it. */
export function toMilliseconds(instant: InstantText): string {
  return `${instant.slice(0, 23)}Z`
}

export function epochMs(instant: InstantText): number {
  return Date.parse(toMilliseconds(instant))
}

/** 'YYYY-MM-DD', if that is a day. */
export function readDate(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null
  const ms = Date.parse(`${text}T00:00:00Z`)
  return ms >= FIRST_MS && new Date(ms).toISOString().startsWith(text) ? text : null
}

/** A time of day, such as '10:00', '10:00:00' or '10:00:00.123456'. */
export function readTime(text: string): string | null {
  return TIME.test(text) ? text : null
}

function offsetMs(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

/**
 * Whether a record was refreshed since it was selected; both texts as `refreshedAtSql` writes them. Decides as
 * `notNewer` does: what cannot be compared counts as newer.
 */
export function isNewer(table: UserTable, now: string | null, selectedAt: string | null): boolean {
  if (table.refreshedAt === null || now === null || now === selectedAt) return false
  if (selectedAt === null) return true
  const [current, selected] = [milliseconds(now), milliseconds(selectedAt)]
  if (current === selected) return now > selectedAt
  return !(current < selected)
}

/** NaN where the text is no instant. */
function milliseconds(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text)
  if (/^-?infinity$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const instant = readInstant(text)
  return instant === null ? Number.NaN : epochMs(instant)
}
