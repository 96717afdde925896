import { expect, test } from 'vitest'
import { parseReset } from './reset-time.ts'

const NOW = Date.UTC(2026, 10, 30, 12)

test.each<[string, string, number | null]>([
  ['seconds', '30', 30_000],
  ['decimal seconds', '0.25', 250],
  ['no time at all', '0', 0],
  ['seconds since 1970', String(NOW / 1_000 + 60), 60_000],
  ['decimal seconds since 1970', `${NOW / 1_000 + 60}.5`, 60_500],
  ['milliseconds since 1970', String(NOW + 1_234), 1_234],
  ['ISO 8601', '2026-11-30T12:01:00Z', 60_000],
  ['ISO 8601 with an offset', '2026-11-30T14:01:00+02:00', 60_000],
  ['ISO 8601 without a zone, as UTC', '2026-11-30 12:01:00.123456', 60_123],
  ['an HTTP date', 'Mon, 30 Nov 2026 12:01:00 GMT', 60_000],
  ['a moment ago: now', String(NOW / 1_000 - 3), 0],
  ['25 hours', '90000', 90_000_000],
  ['more than 25 hours', '90001', null],
  ['a long time ago', String(NOW / 1_000 - 90_001), null],
  ['microseconds since 1970', String(NOW * 1_000), null],
  ['negative', '-5', null],
  ['a date alone', '2026-12-01', null],
  ['a word', 'soon', null],
  ['a duration', '6m0s', null],
  ['an impossible date', '2026-13-45T99:00:00Z', null],
  ['nothing', '', null],
  ['a novel', '1'.repeat(100), null],
])('%s', (_, text, waitMs) => {
  expect(parseReset(text, NOW)).toBe(waitMs === null ? null : NOW + waitMs)
})
