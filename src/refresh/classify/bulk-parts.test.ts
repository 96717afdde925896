import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inTier } from '../../../test/support/tier.ts'
import { mostOf } from '../../domain/credits/cost.ts'
import { type Credits, plus } from '../../domain/credits/credits.ts'
import { BatchSizes } from '../open/batch-size.ts'
import { fillCalls } from '../open/plan-calls.ts'
import { type KeyOf, partsOf } from './bulk-parts.ts'

const item = (seq: number) => ({ seq, key: `k${seq}`, attempts: 0, selectedAt: null })
const POSITION: KeyOf = { configured: false, of: (at: number) => at + 1 }
const EMAIL: KeyOf = { configured: true, of: (at: number) => `p${at}@x` }
const kinds = (answered: unknown, records: number, keyOf = POSITION) =>
  partsOf(answered, records, keyOf).map(({ outcome, data }) => [outcome.kind, data])

describe('the parts of a bulk reply', () => {
  test('by position: each as its status says, and what is null was not found', () => {
    const parts = [{ status: 200, data: 1 }, { status: 404 }, null, { status: 402 }, { data: 2 }, {}]
    expect(kinds(parts, 6)).toEqual([
      ['fresh', 1],
      ['not-found', undefined],
      ['not-found', null],
      ['credits-exhausted', undefined],
      ['fresh', 2],
      ['not-found', undefined],
    ])
  })

  test.each([
    [401, 'give-up'],
    [403, 'give-up'],
    [451, 'give-up'],
    [400, 'give-up'],
    [429, 'throttled'],
    [500, 'try-again'],
    [503, 'try-again'],
    ['200', 'fresh'],
  ])('a record of status %j: %s, since it is not the call that was refused', (status, kind) => {
    expect(kinds([{ status, data: {} }], 1)).toEqual([[kind, {}]])
  })

  test("the vendor's table counts for a part where it names a code, and not by a bare status", () => {
    const line = { statuses: [403], code: null, at: null, header: null, is: 'throttled' } as const
    const table = [line, { ...line, statuses: [400], code: 'E7', is: 'credits-exhausted' } as const]
    const parts = [{ status: 403 }, { status: 400, data: { code: 'E7' } }, { status: 400 }]
    expect(partsOf(parts, 3, POSITION, table).map(({ outcome }) => outcome.kind)).toEqual([
      'give-up',
      'credits-exhausted',
      'give-up',
    ])
  })

  test("the vendor's own meaning goes before the status", () => {
    expect(kinds([{ status: 200, outcome: 'credits-exhausted' }], 1)).toEqual([['credits-exhausted', undefined]])
  })

  test('by key: in any order, the missing ones not found', () => {
    const parts = [{ key: 'p2@x', status: 200, data: 'two' }, null, { key: 'p0@x', data: 'zero' }]
    expect(kinds(parts, 3, EMAIL)).toEqual([
      ['fresh', 'zero'],
      ['not-found', null],
      ['fresh', 'two'],
    ])
  })

  test("by the record's own key, where no key is configured and parts have one", () => {
    expect(kinds([{ key: 2, data: 'b' }], 2)).toEqual([
      ['not-found', null],
      ['fresh', 'b'],
    ])
  })

  test('two records of one key get the same part', () => {
    const same = { configured: true, of: () => 'a@x' }
    expect(kinds([{ key: 'a@x', data: 1 }], 2, same)).toEqual([
      ['fresh', 1],
      ['fresh', 1],
    ])
  })

  const paid = (answered: unknown, records: number, keyOf = EMAIL) =>
    partsOf(answered, records, keyOf).map(({ outcome, unreadable }) => [outcome.kind, unreadable])

  test('a part too many for a key was paid for, and may have been for one that seems left out', () => {
    const again = { key: 'p0@x', data: { name: 'zero' } }
    const same = [{ key: 'p0@x', data: { name: 'zero' } }, again]
    expect(paid(same, 3)).toEqual([
      ['fresh', false],
      ['give-up', true],
      ['give-up', false],
    ])
    expect(paid([...same, again], 3)).toEqual([
      ['fresh', false],
      ['give-up', true],
      ['give-up', true],
    ])
    expect(partsOf(same, 2, EMAIL)[1]?.outcome.reason).toContain('such as "p0@x"')
  })

  test('parts of one key that differ: none can be trusted, and both were paid for', () => {
    const parts = [
      { key: 'p0@x', data: 'zero' },
      { key: 'p0@x', data: 'one' },
    ]
    expect(paid(parts, 3)).toEqual([
      ['give-up', true],
      ['give-up', true],
      ['give-up', false],
    ])
    expect(partsOf(parts, 2, EMAIL)[0]?.outcome.reason).toBe('2 parts have its key, "p0@x", and they differ')
  })

  test('a miss and data under one key: the data may be of the record that seems left out', () => {
    const parts = [
      { key: 'p0@x', status: 404 },
      { key: 'p0@x', data: 'one' },
      { key: 'p2@x', data: 'two' },
    ]
    expect(paid(parts, 3)).toEqual([
      ['give-up', true],
      ['give-up', false],
      ['fresh', false],
    ])
  })

  test('as many equal parts as records of that key are no fault', () => {
    const keyOf = { configured: true, of: (at: number) => (at < 2 ? 'a@x' : `p${at}@x`) }
    const same = { key: 'a@x', data: { name: 'a' } }
    expect(paid([same, { ...same }], 3, keyOf)).toEqual([
      ['fresh', false],
      ['fresh', false],
      ['not-found', false],
    ])
  })

  test('parts of a stranger count one by one', () => {
    const stranger = { key: 'who@x', data: 1 }
    expect(paid([{ key: 'p0@x', data: 0 }, stranger, stranger], 4)).toEqual([
      ['fresh', false],
      ['give-up', true],
      ['give-up', true],
      ['give-up', false],
    ])
  })

  test('no parts at all: no record was found, where parts have a key', () => {
    expect(kinds([], 1, EMAIL)).toEqual([['not-found', null]])
    expect(kinds([null], 1, EMAIL)).toEqual([['not-found', null]])
  })

  test('parts of no record of the call: those that seem left out may have been paid for', () => {
    const parts = [
      { key: 'p0@x', data: 'zero' },
      { key: 'P1@X', data: 'one' },
      { key: 'P9@X', status: 404 },
    ]
    const read = partsOf(parts, 3, EMAIL)
    expect(read.map(({ outcome, unreadable }) => [outcome.kind, unreadable])).toEqual([
      ['fresh', false],
      ['give-up', true],
      ['give-up', false],
    ])
    expect(read[1]?.outcome.reason).toContain('such as "P1@X"')
  })

  test.each([
    [{ status: 'ok' }, /its status is "ok"; allowed: as HTTP's/],
    [{ status: 0, data: 1 }, /its status is 0/],
    [{ outcome: 'unknown' }, /its outcome is "unknown"; allowed: fresh/],
  ])('%j makes no sense: that record alone cannot be read', (part, reason) => {
    const read = partsOf([part, { data: 1 }], 2, POSITION)
    expect(read[0]).toMatchObject({
      outcome: { kind: 'give-up', reason: expect.stringMatching(reason) },
      unreadable: true,
    })
    expect(read[1]).toMatchObject({ outcome: { kind: 'fresh' }, unreadable: false })
  })

  test.each([
    [{ results: [] }, 1, POSITION, /answered an object; allowed: a list/],
    [undefined, 1, POSITION, /answered undefined/],
    [['a'], 1, POSITION, /part 0 is "a"; allowed: \{ status, data \}/],
    [[{ data: 1 }], 2, POSITION, /answered 1 parts for 2 records/],
    [[], 2, POSITION, /answered 0 parts for 2 records; where the vendor leaves misses out, .*`key`/],
    [[{ data: 1 }, { data: 1 }], 1, POSITION, /answered 2 parts for 1 records/],
    [[{ key: 1, data: 1 }, { data: 1 }], 2, POSITION, /part 1 has no key, and others do/],
    [[{ data: 1 }], 1, EMAIL, /part 0 has no key/],
    [[{ key: 'P0@X', data: 1 }], 1, EMAIL, /the first has the key "P0@X", a record "p0@x"/],
  ])('%j for %i: cannot be told apart, and it says why', (answered, records, keyOf, message) => {
    expect(() => partsOf(answered, records, keyOf)).toThrow(message)
  })

  test('whatever comes, there is a part for each record, or an error', () => {
    const property = fc.property(
      fc.anything(),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      (answered, records, by) => {
        try {
          expect(partsOf(answered, records, by ? EMAIL : POSITION)).toHaveLength(records)
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
        }
      },
    )
    fc.assert(property, { numRuns: inTier(200, 2_000) })
  })
})

describe('planning calls', () => {
  const ONE = { per: 'match', credits: 1 as Credits, minimum: 0 as Credits } as const
  const cost = fc.record({
    per: fc.constantFrom('call' as const, 'record' as const, 'match' as const),
    credits: fc.integer({ min: 1, max: 5 }).map((credits) => credits as Credits),
    minimum: fc.constantFrom(0, 0, 3, 20).map((credits) => credits as Credits),
  })
  const situation = fc.record({
    bounds: fc.record({
      calls: fc.nat(6),
      records: fc.nat(50),
      credits: fc.nat(200).map((credits) => credits as Credits),
    }),
    cost,
    most: fc.integer({ min: 1, max: 12 }),
    again: fc.array(fc.option(fc.integer({ min: 1, max: 12 }), { nil: null }), { maxLength: 30 }),
    untried: fc.nat(40),
  })

  /** `again`: the bound of each item's own slice; null: it has none. */
  function planned({ bounds, cost, most, again, untried }: typeof situation extends fc.Arbitrary<infer T> ? T : never) {
    const batchSizes = new BatchSizes(most)
    for (const [seq, slice] of again.entries()) if (slice !== null) batchSizes.narrow([seq], slice)
    return {
      batchSizes,
      ...fillCalls(
        bounds,
        cost,
        batchSizes,
        again.map((_, seq) => item(seq)),
        untried,
      ),
    }
  }

  test('they keep to the calls, the records, the credits and the batchSizes, and lose no item', () => {
    const property = fc.property(situation, (now) => {
      const { calls, left, batchSizes } = planned(now)
      const sizes = calls.map((call) => call.again.length + call.untried)
      expect(calls.length).toBeLessThanOrEqual(now.bounds.calls)
      expect(sizes.every((size) => size >= 1 && size <= now.most)).toBe(true)
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(now.bounds.records)
      expect(plus(...sizes.map((size) => mostOf(now.cost, size)))).toBeLessThanOrEqual(now.bounds.credits)
      expect(calls.reduce((sum, call) => sum + call.untried, 0)).toBeLessThanOrEqual(now.untried)
      for (const { again, untried } of calls) {
        for (const { seq } of again) expect(again.length + untried).toBeLessThanOrEqual(batchSizes.of(seq))
      }
      expect([...calls.flatMap(({ again }) => again), ...left].map(({ seq }) => seq)).toEqual(
        now.again.map((_, at) => at),
      )
    })
    fc.assert(property, { numRuns: inTier(300, 3_000) })
  })

  test('none is left out while there is room for it', () => {
    const property = fc.property(situation, (now) => {
      const { calls, left } = planned(now)
      const records = calls.reduce((sum, call) => sum + call.again.length + call.untried, 0)
      const spent = plus(0 as Credits, ...calls.map((call) => mostOf(now.cost, call.again.length + call.untried)))
      const room = calls.length < now.bounds.calls && records < now.bounds.records
      if (room && now.bounds.credits - spent >= mostOf(now.cost, 1)) {
        expect(left).toEqual([])
        expect(calls.reduce((sum, call) => sum + call.untried, 0)).toBe(now.untried)
      }
    })
    fc.assert(property, { numRuns: inTier(300, 3_000) })
  })

  test('full calls, and the last one as large as what is left pays for', () => {
    const bounds = { calls: 9, records: 999, credits: 25 as Credits }
    const { calls } = fillCalls(bounds, ONE, new BatchSizes(10), [], 100)
    expect(calls.map(({ untried }) => untried)).toEqual([10, 10, 5])
  })

  test('a call that was refused whole goes in halves, and with nobody else', () => {
    const batchSizes = new BatchSizes(4)
    batchSizes.narrow([1, 2, 3, 4], 2)
    const bounds = { calls: 9, records: 999, credits: 99 as Credits }
    const again = [5, 1, 2, 3, 4].map(item)
    const { calls } = fillCalls(bounds, ONE, batchSizes, again, 3)
    expect(calls.map(({ again, untried }) => [again.map(({ seq }) => seq), untried])).toEqual([
      [[5], 3],
      [[1, 2], 0],
      [[3, 4], 0],
    ])
  })
})

describe('how many records a call may carry', () => {
  test('one long record costs its own call: the second full call in a row decides for all', () => {
    const batchSizes = new BatchSizes(4)
    batchSizes.tooLong([1, 2, 3, 4], 2)
    expect([batchSizes.most, batchSizes.of(1), batchSizes.of(9)]).toEqual([4, 2, 4])
    batchSizes.tooLong([1, 2], 1)
    batchSizes.passed(4)
    batchSizes.tooLong([5, 6, 7, 8], 2)
    expect(batchSizes.most).toBe(4)
    batchSizes.tooLong([9, 10, 11, 12], 2)
    expect([batchSizes.most, batchSizes.of(20)]).toEqual([2, 2])
  })

  test('calls that take too long get smaller, down to a size that has passed', () => {
    const batchSizes = new BatchSizes(100)
    batchSizes.passed(5)
    for (const most of [50, 25, 13, 7, 5]) {
      batchSizes.timedOut(batchSizes.most)
      expect(batchSizes.most).toBe(most)
    }
    batchSizes.timedOut(5)
    expect(batchSizes.most).toBe(5)
  })

  test('a size that has passed is not to blame for a timeout', () => {
    const batchSizes = new BatchSizes(100)
    batchSizes.passed(100)
    batchSizes.timedOut(100)
    expect(batchSizes.most).toBe(100)
  })

  test('an item that has ended is forgotten', () => {
    const batchSizes = new BatchSizes(10)
    batchSizes.narrow([1], 3)
    expect(batchSizes.of(1)).toBe(3)
    batchSizes.forget(1)
    expect(batchSizes.of(1)).toBe(10)
  })
})
