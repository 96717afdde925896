import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs, instantAt, readDate, readInstant, readTime, toMilliseconds } from './instant-text.ts'

describe('readInstant', () => {
  it.each([
    ['2026-11-05', '2026-11-05T00:00:00.000000Z'],
    ['2026-11-05T10:30', '2026-11-05T10:30:00.000000Z'],
    ['2026-11-05 10:30:01', '2026-11-05T10:30:01.000000Z'],
    ['2026-11-05T10:30:01.5Z', '2026-11-05T10:30:01.500000Z'],
    ['2026-11-05T10:30:01,123456789z', '2026-11-05T10:30:01.123456Z'],
    ['2026-11-05T10:30:01.000001+05:45', '2026-11-05T04:45:01.000001Z'],
    ['2026-11-05T10:30:01-0800', '2026-11-05T18:30:01.000000Z'],
    ['2026-01-01T00:00:00+14', '2025-12-31T10:00:00.000000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
    ['0099-05-05', '0099-05-05T00:00:00.000000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
  ])('reads %s', (text, instant) => {
    expect(readInstant(text)).toBe(instant)
  })

  it.each([
    '',
    'now',
    '2026',
    '2026-11',
    '05.11.2026',
    '2026-02-29',
    '2026-13-01',
    '2026-11-05T24:00',
    '2026-11-05T10:60',
    '2026-11-05T10',
    '2026-11-05T10:00:00 Berlin',
    '1730000000000',
    '0000-01-01',
    '0001-01-01T00:00:00+01:00',
    'infinity',
  ])('does not read "%s"', (text) => {
    expect(readInstant(text)).toBeNull()
  })

  it('reads what JavaScript writes, and sorts as instants do', () => {
    const ms = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })
    fc.assert(
      fc.property(ms, ms, (a, b) => {
        const [x, y] = [a, b].map((each) => readInstant(new Date(each).toISOString())) as [string, string]
        expect(x).toBe(instantAt(a))
        expect(epochMs(x)).toBe(a)
        expect(toMilliseconds(x)).toBe(new Date(a).toISOString())
        expect(Math.sign(a - b)).toBe(x < y ? -1 : x > y ? 1 : 0)
      }),
    )
  })
})

describe('dates and times', () => {
  it('are days and times of day, and nothing else', () => {
    expect(readDate('2024-02-29')).toBe('2024-02-29')
    for (const text of ['2023-02-29', '2024-2-9', '2024-02-29T00:00:00Z', '0000-01-01'])
      expect(readDate(text)).toBeNull()
    expect(readTime('23:59:59.123456')).toBe('23:59:59.123456')
    for (const text of ['24:00', '9:00', '10:00:00.1234567', '10:00Z']) expect(readTime(text)).toBeNull()
  })
})
