import type { UserTable } from '../user-table.ts'
import { epochMs, readInstant } from './instant-text.ts'

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
