import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CronExpression, parseCron } from './cron-expression.ts'
import { lastTime, nextTime } from './cron-times.ts'

function cronOf(text: string): CronExpression {
  const parsed = parseCron(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.cron
}

const at = (iso: string) => Date.parse(iso)
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().replace('.000Z', 'Z'))

/** Due times after an instant. */
function after(text: string, from: string, count: number, timeZone = 'UTC'): (string | null)[] {
  const times: (string | null)[] = []
  let last = at(from)
  for (let n = 0; n < count; n++) {
    const next = nextTime({ cron: cronOf(text), timeZone }, last)
    times.push(iso(next))
    last = next ?? last
  }
  return times
}

describe('an expression is due', () => {
  test.each([
    ['0 2 L * *', '2026-01-15T00:00:00Z', ['2026-01-31T02:00:00Z', '2026-02-28T02:00:00Z', '2026-03-31T02:00:00Z']],
    ['0 2 L-3 * *', '2026-01-15T00:00:00Z', ['2026-01-28T02:00:00Z', '2026-02-25T02:00:00Z']],
    // 31 January 2026 is a Saturday, 31 May a Sunday.
    ['0 2 LW * *', '2026-01-15T00:00:00Z', ['2026-01-30T02:00:00Z', '2026-02-27T02:00:00Z']],
    ['0 2 LW 5 *', '2026-01-15T00:00:00Z', ['2026-05-29T02:00:00Z']],
    ['0 2 1W 8 *', '2026-01-15T00:00:00Z', ['2026-08-03T02:00:00Z']],
    ['0 2 15W * *', '2026-02-01T00:00:00Z', ['2026-02-16T02:00:00Z', '2026-03-16T02:00:00Z', '2026-04-15T02:00:00Z']],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']],
    ['30 6 * * mon-fri', '2026-11-20T12:00:00Z', ['2026-11-23T06:30:00Z', '2026-11-24T06:30:00Z']],
    ['0 0 * * 7', '2026-11-20T00:00:00Z', ['2026-11-22T00:00:00Z', '2026-11-29T00:00:00Z']],
    ['0 0 * * 5#2', '2026-11-01T00:00:00Z', ['2026-11-13T00:00:00Z', '2026-12-11T00:00:00Z']],
    ['0 0 * * friL', '2026-11-01T00:00:00Z', ['2026-11-27T00:00:00Z', '2026-12-25T00:00:00Z']],
    ['*/20 22-23 1 JAN *', '2026-01-01T22:30:00Z', ['2026-01-01T22:40:00Z', '2026-01-01T23:00:00Z']],
    ['15/30 * * * *', '2026-01-01T00:00:00Z', ['2026-01-01T00:15:00Z', '2026-01-01T00:45:00Z']],
    ['30 0 12 * * *', '2026-01-01T00:00:00Z', ['2026-01-01T12:00:30Z']],
    // Either day will do, as in cron(5).
    ['0 0 13 * fri', '2026-11-01T00:00:00Z', ['2026-11-06T00:00:00Z', '2026-11-13T00:00:00Z', '2026-11-20T00:00:00Z']],
    ['0 0 ? * ?', '2026-11-01T00:00:00Z', ['2026-11-02T00:00:00Z']],
  ])('%s', (text, from, times) => {
    expect(after(text, from, times.length)).toEqual(times)
  })

  test.each([
    ['in its time zone', '0 2 L * *', '2026-11-15T00:00:00Z', 'America/New_York', ['2026-11-30T07:00:00Z']],
    [
      'at the end of a gap, where clocks skip the time, and once',
      '*/30 2 8 3 *',
      '2026-03-08T05:00:00Z',
      'America/New_York',
      ['2026-03-08T07:00:00Z', '2027-03-08T07:00:00Z'],
    ],
    [
      'only the first time, where it comes twice',
      '30 1 1 11 *',
      '2026-11-01T00:00:00Z',
      'America/New_York',
      ['2026-11-01T05:30:00Z', '2027-11-01T05:30:00Z'],
    ],
  ])('%s', (_, text, from, timeZone, times) => {
    expect(after(text, from, times.length, timeZone)).toEqual(times)
  })

  test('never, where there is no such day', () => {
    const terms = { cron: cronOf('0 0 31 2 *'), timeZone: 'UTC' }
    expect([nextTime(terms, 0), lastTime(terms, at('2026-01-01T00:00:00Z'))]).toEqual([null, null])
  })
})

test('the last time is at the instant itself, or before', () => {
  const terms = { cron: cronOf('0 2 L * *'), timeZone: 'UTC' }
  expect(iso(lastTime(terms, at('2026-11-30T02:00:00Z')))).toBe('2026-11-30T02:00:00Z')
  expect(iso(lastTime(terms, at('2026-11-30T01:59:59Z')))).toBe('2026-10-31T02:00:00Z')
})

test('between the last time and the next there is none', () => {
  const expressions = fc.constantFrom(
    '0 2 L * *',
    '*/7 * * * *',
    '30 1,2 * * *',
    '0 0 * * sun',
    '59 23 31 * 5L',
    '* 2 * * *',
  )
  const zones = fc.constantFrom('UTC', 'America/New_York', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Cairo')
  const instants = fc.integer({ min: at('2005-01-01T00:00:00Z'), max: at('2031-01-01T00:00:00Z') })
  fc.assert(
    fc.property(expressions, zones, instants, (text, timeZone, instant) => {
      const terms = { cron: cronOf(text), timeZone }
      const [last, next] = [lastTime(terms, instant) ?? Number.NaN, nextTime(terms, instant) ?? Number.NaN]
      expect(last).toBeLessThanOrEqual(instant)
      expect(next).toBeGreaterThan(instant)
      expect(nextTime(terms, last)).toBe(next)
      expect(lastTime(terms, next)).toBe(next)
      expect(lastTime(terms, next - 1)).toBe(last)
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['0 2 * *', 'It has 4 fields.'],
  ['60 2 * * *', '"60" is no minute (0 to 59).'],
  ['0 24 * * *', '"24" is no hour (0 to 23).'],
  ['0 2 0 * *', '"0" is no day of the month (1 to 31).'],
  ['0 2 * 13 *', '"13" is no month (1 to 12).'],
  ['0 2 * * mno', '"mno" is no day of the week (0 to 7). Did you mean "mon"?'],
  ['0 2 L-31 * *', '"31" is no day of the month (0 to 30).'],
  ['0 2 * * 5#6', '"6" is no week of the month (1 to 5).'],
  ['5-1 2 * * *', '"5-1" ends before it begins.'],
  ['*/0 2 * * *', '"*/0" has a step of 0.'],
  ['0 2 x%y * *', '"x%y" is no day of the month.'],
])('%s is refused', (text, problem) => {
  expect(parseCron(text)).toEqual({ problem })
})
