import { describe, expect, test } from 'vitest'
import { cycleAt } from './billing-cycle.ts'

const at = (iso: string) => Date.parse(iso)
const iso = ({ startAt, endAt }: { startAt: number; endAt: number }) =>
  [startAt, endAt].map((ms) => new Date(ms).toISOString())

const ZONES = [
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Moscow',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Tehran',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Asia/Beirut',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Apia',
] as const

describe('the reset', () => {
  test.each([
    ['in the middle of a cycle', '2026-03-20T12:00:00Z', 15, ['2026-03-15T00:00:00.000Z', '2026-04-15T00:00:00.000Z']],
    [
      'at the very instant: the new cycle',
      '2026-03-15T00:00:00.000Z',
      15,
      ['2026-03-15T00:00:00.000Z', '2026-04-15T00:00:00.000Z'],
    ],
    [
      'a millisecond before: the old one',
      '2026-03-14T23:59:59.999Z',
      15,
      ['2026-02-15T00:00:00.000Z', '2026-03-15T00:00:00.000Z'],
    ],
    [
      '31 clamps to the end of February',
      '2026-02-10T00:00:00Z',
      31,
      ['2026-01-31T00:00:00.000Z', '2026-02-28T00:00:00.000Z'],
    ],
    ['and comes back in March', '2026-03-10T00:00:00Z', 31, ['2026-02-28T00:00:00.000Z', '2026-03-31T00:00:00.000Z']],
    [
      '30 clamps only to February',
      '2026-02-28T00:00:00Z',
      30,
      ['2026-02-28T00:00:00.000Z', '2026-03-30T00:00:00.000Z'],
    ],
    ['29 stays in a leap year', '2028-02-29T00:00:00Z', 29, ['2028-02-29T00:00:00.000Z', '2028-03-29T00:00:00.000Z']],
    ['29 clamps in the others', '2027-02-28T00:00:00Z', 29, ['2027-02-28T00:00:00.000Z', '2027-03-29T00:00:00.000Z']],
    ['over the new year', '2026-01-01T00:00:00Z', 31, ['2025-12-31T00:00:00.000Z', '2026-01-31T00:00:00.000Z']],
  ])('%s', (_, instant, anchorDay, cycle) => {
    expect(iso(cycleAt(at(instant), { anchorDay, timeZone: 'UTC' }))).toEqual(cycle)
  })

  test.each([
    [
      'is at midnight there, in summer and in winter',
      '2026-03-10T00:00:00Z',
      1,
      'America/New_York',
      ['2026-03-01T05:00:00.000Z', '2026-04-01T04:00:00.000Z'],
    ],
    [
      'is at midnight east of Greenwich, the day before in UTC',
      '2026-06-30T15:00:00Z',
      1,
      'Asia/Tokyo',
      ['2026-06-30T15:00:00.000Z', '2026-07-31T15:00:00.000Z'],
    ],
    [
      'is at the first instant of a day that has no midnight',
      '2024-04-26T00:00:00Z',
      26,
      'Africa/Cairo',
      ['2024-04-25T22:00:00.000Z', '2024-05-25T21:00:00.000Z'],
    ],
  ])('%s', (_, instant, anchorDay, timeZone, cycle) => {
    expect(iso(cycleAt(at(instant), { anchorDay, timeZone }))).toEqual(cycle)
  })

  test('falls on the next instant there is, where a zone skips the whole day', () => {
    const skipped = cycleAt(at('2011-12-31T00:00:00Z'), { anchorDay: 30, timeZone: 'Pacific/Apia' })
    expect(iso(skipped)).toEqual(['2011-12-30T10:00:00.000Z', '2012-01-29T10:00:00.000Z'])
  })
})

test.each(ZONES)('cycles tile thirty years in %s without a gap or an overlap', (timeZone) => {
  for (const anchorDay of [1, 15, 29, 31]) {
    const terms = { anchorDay, timeZone }
    let cycle = cycleAt(at('2001-01-15T00:00:00Z'), terms)
    let months = 0
    for (; cycle.endAt < at('2031-01-15T00:00:00Z'); months++) {
      const next = cycleAt(cycle.endAt, terms)
      if (next.startAt !== cycle.endAt || next.endAt <= next.startAt)
        throw new Error(`a gap at ${iso(cycle)} and ${iso(next)}`)
      const last = cycleAt(cycle.endAt - 1, terms)
      if (last.startAt !== cycle.startAt || last.endAt !== cycle.endAt) throw new Error(`not one cycle: ${iso(cycle)}`)
      cycle = next
    }
    expect(months).toBeGreaterThanOrEqual(359)
    expect(months).toBeLessThanOrEqual(361)
  }
})
