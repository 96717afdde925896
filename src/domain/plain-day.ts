import { Temporal } from 'temporal-polyfill'

/** A day as ISO 8601 writes it, "2026-01-15"; null where the text is none, or there is no such day. */
export function parseDay(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return null
  }
}
