import { expect, test } from 'vitest'
import { parseCreditsBack, parseReportedReset } from './reported-reset.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const read = (said: unknown, timeZone = 'America/New_York') => {
  const at = parseReportedReset(said, NOW, timeZone)
  return at === null ? null : new Date(at).toISOString()
}

test.each([
  ['a Date', new Date('2026-12-01T00:00:00Z'), '2026-12-01T00:00:00.000Z'],
  ['ISO 8601', '2026-12-01T00:00:00Z', '2026-12-01T00:00:00.000Z'],
  ['ISO 8601 with an offset', '2026-12-01T00:00:00+02:00', '2026-11-30T22:00:00.000Z'],
  ['an offset of hours alone', '2026-12-01 00:00:00+02', '2026-11-30T22:00:00.000Z'],
  ['an offset and its zone', '2026-12-01T00:00:00+01:00[Europe/Berlin]', '2026-11-30T23:00:00.000Z'],
  ['without a zone: there', '2026-12-01 09:30:00', '2026-12-01T14:30:00.000Z'],
  ['a day: its first instant there', '2026-12-01', '2026-12-01T05:00:00.000Z'],
  ['seconds since 1970', 1_796_083_200, '2026-12-01T00:00:00.000Z'],
  ['milliseconds since 1970', 1_796_083_200_000, '2026-12-01T00:00:00.000Z'],
  ['the same as text', '1796083200', '2026-12-01T00:00:00.000Z'],
  ['seconds from now', 3_600, '2026-11-21T13:00:00.000Z'],
])('%s', (_, said, at) => {
  expect(read(said)).toBe(at)
})

test.each([
  ['nothing', undefined],
  ['null', null],
  ['no time', 'soon'],
  ['no such day', '2026-02-30'],
  ['a reset that has passed', '2026-11-21T11:59:59Z'],
  ['now', '2026-11-21T12:00:00Z'],
  ['more than 400 days ahead', '2028-02-01T00:00:00Z'],
  ['a date that is none', new Date('x')],
  ['nonsense', 1e15],
  ['a negative number', -5],
  ['no number', Number.NaN],
])('%s is not believed', (_, said) => {
  expect(read(said)).toBeNull()
})

test('a day has its first instant where midnight does not exist', () => {
  const at = parseReportedReset('2024-04-26', Date.parse('2024-04-01T00:00:00Z'), 'Africa/Cairo')
  expect(new Date(at ?? 0).toISOString()).toBe('2024-04-25T22:00:00.000Z')
})

test.each([
  ['within the next cycle', '2026-12-18', { anchorDay: 1 }, '2026-12-18T00:00:00.000Z'],
  ['a cycle and two days on', '2026-12-23T12:00:00Z', { anchorDay: 1 }, '2026-12-23T12:00:00.000Z'],
  ['later than a reset can be', '2026-12-23T12:00:01Z', { anchorDay: 1 }, null],
  ['of a year', '2027-11-20', { days: 365, from: '2026-01-01' }, '2027-11-20T00:00:00.000Z'],
  ['over', '2026-11-21T11:59:59Z', { anchorDay: 1 }, null],
  ['no instant', 'soon', { anchorDay: 1 }, null],
])('credits come back, %s: %s', (_, said, terms, expected) => {
  const at = parseCreditsBack(said, NOW, { timeZone: 'UTC', ...terms } as Parameters<typeof parseCreditsBack>[2])
  expect(at === null ? null : new Date(at).toISOString()).toBe(expected)
})
