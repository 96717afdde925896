import { Temporal } from 'temporal-polyfill'

/** Parses an ISO 8601 date such as "2026-01-15"; null if the text is not one, or there is no such day. */
export function parseDay(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return null
  }
}
