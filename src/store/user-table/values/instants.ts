import type { ValueForms } from '../../dialect/user-table-dialect.ts'
import { instantAt, readDate, readInstant, readTime } from '../read/instant-text.ts'
import type { ValueType } from '../user-table.ts'
import { type Encoded, refuse } from './encoded.ts'

/** A Date, ISO 8601 text, or epoch milliseconds. */
export function encodeInstant(value: unknown, type: ValueType, forms: ValueForms): Encoded {
  const instant = instantOf(value)
  if (instant === undefined) return refuse(value)
  if (instant === null && typeof value === 'string') return { problem: 'text that is not an instant in ISO 8601' }
  const what = value instanceof Date ? 'a Date' : 'a number of milliseconds'
  if (instant === null) return { problem: `${what} outside the years 1 to 9999` }
  return { text: forms.instant(instant, type) }
}

/** Undefined: not a kind of value that can be an instant. Null: it could be, and is not. */
function instantOf(value: unknown): string | null | undefined {
  if (typeof value === 'string') return readInstant(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : instantAt(value.getTime())
  return typeof value === 'number' && Number.isFinite(value) ? instantAt(Math.trunc(value)) : undefined
}

/** A day: 'YYYY-MM-DD', the day on which an ISO 8601 text begins, or a Date's day in UTC. */
export function encodeDate(value: unknown): Encoded {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return dateOr(instantAt(value.getTime())?.slice(0, 10))
  if (typeof value !== 'string') return refuse(value)
  return dateOr(readInstant(value) === null ? undefined : value.trim().slice(0, 10))
}

function dateOr(text: string | undefined): Encoded {
  const date = text === undefined ? null : readDate(text)
  return date === null ? { problem: 'a value that is not a date such as 2026-11-05' } : { text: date }
}

export function encodeTime(value: unknown): Encoded {
  if (typeof value !== 'string') return refuse(value)
  const time = readTime(value.trim())
  return time === null ? { problem: 'text that is not a time of day such as 10:30:00' } : { text: time }
}
