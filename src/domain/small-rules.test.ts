import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inTier } from '../../test/support/tier.ts'
import { callId } from './call.ts'
import { systemClock } from './clock.ts'
import { affordableRecords, costOf, mostOf, mostOfAll, recordsWithin } from './cost.ts'
import type { Credits } from './credits.ts'
import { InputError } from './errors.ts'
import { OUTCOMES, outcomeOfStatus, VENDOR_OUTCOMES } from './outcome.ts'
import { describeProblem, nearestName } from './problem.ts'
import { parseRetryAfter } from './retry-after.ts'

const NOW = Date.parse('2026-06-01T00:00:00Z')

describe('Retry-After', () => {
  test.each([
    ['120', 120_000],
    ['0', 0],
    [' 1.5 ', 1_500],
    ['Mon, 01 Jun 2026 00:01:00 GMT', 60_000],
    ['Sun, 31 May 2026 23:59:00 GMT', 0],
    ['Monday, 01-Jun-26 00:00:30 GMT', 30_000],
  ])('%j is a wait', (header, ms) => expect(parseRetryAfter(header, NOW)).toBe(ms))

  test.each([[undefined], [''], [' '], ['soon'], ['-5'], ['1,5'], ['1e3'], ['2026-06-01'], ['12:00'], [[]]])(
    '%j is none',
    (header) => expect(parseRetryAfter(header, NOW)).toBeNull(),
  )

  test('the first of several counts', () => expect(parseRetryAfter(['7', '9'], NOW)).toBe(7_000))

  test('never throws and is never negative, whatever a vendor sends', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.integer().map(String),
      fc.float().map(String),
      fc.date().map(String),
    )
    const property = fc.property(text, fc.integer({ min: 0, max: 2 ** 42 }), (header, now) => {
      const ms = parseRetryAfter(header, now)
      expect(ms === null || ms >= 0).toBe(true)
    })
    fc.assert(property, { numRuns: inTier(500, 5_000) })
  })
})

describe('the outcome table', () => {
  test.each([
    [200, 'fresh'],
    [204, 'fresh'],
    [299, 'fresh'],
    [301, 'give-up'],
    [304, 'give-up'],
    [400, 'give-up'],
    [401, 'credentials-refused'],
    [402, 'credits-exhausted'],
    [403, 'credentials-refused'],
    [404, 'not-found'],
    [408, 'try-again'],
    [410, 'give-up'],
    [422, 'give-up'],
    [425, 'try-again'],
    [429, 'throttled'],
    [451, 'give-up'],
    [500, 'try-again'],
    [502, 'try-again'],
    [503, 'try-again'],
    [504, 'try-again'],
  ] as const)('%i is %s', (status, kind) => expect(outcomeOfStatus(status, null)).toBe(kind))

  test('a 503 that names a wait is a throttle; no other failure is', () => {
    expect(outcomeOfStatus(503, 0)).toBe('throttled')
    expect(outcomeOfStatus(500, 1_000)).toBe('try-again')
    expect(outcomeOfStatus(429, 1_000)).toBe('throttled')
  })

  test('a vendor may say everything but unknown', () => {
    expect([...VENDOR_OUTCOMES, 'unknown'].sort()).toEqual([...OUTCOMES].sort())
  })
})

describe('the cost', () => {
  const terms = (per: 'call' | 'record' | 'match', minimum = 0) => ({
    per,
    credits: 3 as Credits,
    minimum: minimum as Credits,
  })

  test.each([
    ['call', 3],
    ['record', 30],
    ['match', 30],
  ] as const)('a call for ten records, per %s, costs at most %i', (per, most) => {
    expect(mostOf(terms(per), 10)).toBe(most)
  })

  test.each([
    ['match', 0, 0, 0],
    ['match', 5, 0, 0],
    ['match', 5, 4, 12],
    ['record', 0, 0, 0],
    ['record', 5, 4, 15],
    ['call', 0, 0, 0],
    ['call', 5, 0, 3],
    ['call', 5, 4, 3],
  ] as const)('per %s, %i looked up and %i of them found: %i', (per, asked, matched, cost) => {
    expect(costOf(terms(per), { asked, matched })).toBe(cost)
  })

  test.each([
    ['match', 0, 0, 0],
    ['match', 5, 0, 10],
    ['match', 5, 3, 10],
    ['match', 5, 4, 12],
    ['call', 5, 4, 10],
  ] as const)('with a minimum of ten a call, per %s, %i looked up and %i found: %i', (per, asked, matched, cost) => {
    expect(costOf(terms(per, 10), { asked, matched })).toBe(cost)
  })

  test('a call that was worked on costs what a call costs, also where each of its records was refused', () => {
    const refused = { asked: 0, matched: 0, worked: true }
    expect([terms('call'), terms('match'), terms('match', 10)].map((how) => costOf(how, refused))).toEqual([3, 0, 10])
  })

  test('where records differ in price, their sum counts', () => {
    expect(costOf(terms('match'), { asked: 5, matched: 4, priced: 7 as Credits })).toBe(7)
    expect(costOf(terms('match', 10), { asked: 5, matched: 4, priced: 7 as Credits })).toBe(10)
  })

  const TERMS = fc
    .tuple(fc.constantFrom('call' as const, 'record' as const, 'match' as const), fc.constantFrom(0, 0, 2, 10, 70))
    .map(([per, minimum]) => terms(per, minimum))
  const SIZE = fc.integer({ min: 1, max: 100 })

  test('is never more than the reservation of its records', () => {
    const property = fc.property(TERMS, SIZE, fc.nat(100), fc.nat(100), (how, records, asked, matched) => {
      const served = { asked: Math.min(asked, records), matched: Math.min(matched, asked, records) }
      expect(costOf(how, served)).toBeLessThanOrEqual(mostOf(how, records))
    })
    fc.assert(property)
  })

  test('a call asks for no more records than its credits cover, and for as many as they do', () => {
    const property = fc.property(TERMS, fc.nat(500), SIZE, (how, credits, most) => {
      const records = recordsWithin(how, credits as Credits, most)
      if (records > 0) expect(mostOf(how, records)).toBeLessThanOrEqual(credits)
      if (records < most) expect(mostOf(how, records + 1)).toBeGreaterThan(credits)
      expect(records).toBeLessThanOrEqual(most)
    })
    fc.assert(property)
  })

  test('what credits reach costs no more than they are, and one record more does', () => {
    const property = fc.property(TERMS, fc.nat(500), SIZE, (how, credits, perCall) => {
      const reach = affordableRecords(how, credits as Credits, perCall)
      expect(mostOfAll(how, reach, perCall)).toBeLessThanOrEqual(credits)
      expect(mostOfAll(how, reach + 1, perCall)).toBeGreaterThan(credits)
    })
    fc.assert(property)
  })
})

describe('words', () => {
  test('an input error names every problem, each with its path and what to do', () => {
    const problems = [
      { path: 'vendor.name', found: 'nothing', allowed: 'a name', hint: 'give one.' },
      { path: '--limit', found: '-1', allowed: 'a whole number' },
    ]
    const error = new InputError('CONFIG', problems)
    expect(error.message).toBe(
      'vendor.name: found nothing; allowed: a name. give one.\n--limit: found -1; allowed: a whole number.',
    )
    expect([error.name, error.code]).toEqual(['InputError', 'CONFIG'])
    expect(describeProblem(problems[1]!)).not.toContain('undefined')
  })

  test.each([
    ['perSecnod', 'perSecond'],
    ['PERSECOND', 'perSecond'],
    ['budgett', 'budget'],
    ['xyz', undefined],
    ['', undefined],
  ])('for %j, %j was meant', (found, meant) =>
    expect(nearestName(found, ['perSecond', 'perMinute', 'budget'])).toBe(meant),
  )

  test('a name within one change is always found', () => {
    const name = 'idempotencyHeader'
    fc.assert(
      fc.property(fc.nat(name.length - 1), fc.constantFrom('', 'x', 'ab'), (at, by) => {
        expect(nearestName(name.slice(0, at) + by + name.slice(at + 1), [name, 'something', 'else'])).toBe(name)
      }),
    )
  })

  test('a call is named by its run, its number and its nonce', () =>
    expect(callId('run-1', { n: 7, nonce: 'x9' })).toBe('run-1-7-x9'))
})

describe('the clock of the system', () => {
  test('wakes at once when aborted, before and while it sleeps, and leaves no listener behind', async () => {
    const gone = AbortSignal.abort()
    await systemClock.sleep(60_000, gone)
    const controller = new AbortController()
    const slept = systemClock.sleep(60_000, controller.signal)
    controller.abort()
    await slept
  })

  test('takes waits that no timer could: negative ones are none', async () => {
    const from = systemClock.monotonic()
    await systemClock.sleep(-1_000)
    expect(systemClock.monotonic() - from).toBeLessThan(1_000)
  })

  test('a wait longer than a timer can hold does not fire at once', async () => {
    const controller = new AbortController()
    let woke = false
    const slept = systemClock.sleep(2 ** 40, controller.signal).then(() => (woke = true))
    await systemClock.sleep(20)
    expect(woke).toBe(false)
    controller.abort()
    await slept
  })
})
