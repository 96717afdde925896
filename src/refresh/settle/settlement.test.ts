import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OutcomeKind } from '../../domain/call/outcome.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import { retryDelayMs } from '../call/retry-delay.ts'
import { mapper } from '../classify/mapping.ts'
import type { CallResult, ItemReading } from '../classify/reply-reader.ts'
import { callsPerMs, type Flow, opensNow, starving } from '../open/lookahead.ts'
import type { OpenedCall } from '../ports/calls.ts'
import { WorkList } from '../select/work-list.ts'
import { dispositionOf, finish, lost, released } from './settlement.ts'

const item = (seq: number, attempts = 0) => ({ seq, key: `k${seq}`, attempts, selectedAt: null })
const call = (attempts = 0): OpenedCall => ({
  n: 1,
  nonce: 'x',
  reservation: 5 as Credits,
  openedAt: 9,
  items: [{ item: item(1, attempts), row: {}, duplicates: [] }],
})
const RULES = { maxAttempts: 3, onUnknown: 'retry', unhealthy: false } as const
const COOL = { notFoundMs: 100, failedMs: 10 }

function made(kind: OutcomeKind, own: Partial<ItemReading> = {}): CallResult {
  const reading = {
    outcome: { kind, reason: kind },
    charge: null,
    balance: null,
    ignored: null,
    status: 200,
    body: {},
    unreadable: false,
    said: false,
  }
  const mapped = kind === 'fresh' ? ({ kind: 'values', values: { a: 1 } } as const) : null
  const one = { outcome: reading.outcome, mapped, duplicates: [], paid: true, shown: null, ...own }
  return { reading, cost: 5 as Credits, items: [one], sent: true, sentAt: 0, at: 1_000, latencyMs: 1 }
}

const one = (kind: OutcomeKind, own: Partial<ItemReading> = {}) => made(kind, own).items[0] as ItemReading

describe('what becomes of an item', () => {
  test.each([
    ['fresh', { kind: 'end', end: 'refreshed', reason: null }],
    ['not-found', { kind: 'end', end: 'notFound', reason: null }],
    ['give-up', { kind: 'end', end: 'failed', reason: 'give-up' }],
    ['throttled', { kind: 'front' }],
    ['credits-exhausted', { kind: 'front' }],
    ['credentials-refused', { kind: 'front' }],
    ['try-again', { kind: 'back', attempts: 1, reason: 'try-again' }],
    ['unknown', { kind: 'back', attempts: 1, reason: 'unknown' }],
  ] as const)('%s: %o', (kind, disposition) => expect(dispositionOf(item(1), one(kind), RULES)).toEqual(disposition))

  test('it fails with its last attempt, but not while the vendor is unhealthy', () => {
    expect(dispositionOf(item(1, 2), one('try-again'), RULES)).toMatchObject({ kind: 'end', end: 'failed' })
    expect(dispositionOf(item(1, 2), one('try-again'), { ...RULES, unhealthy: true })).toMatchObject({
      kind: 'back',
      attempts: 2,
    })
    expect(dispositionOf(item(1, 2), one('unknown'), { ...RULES, unhealthy: true })).toMatchObject({
      kind: 'end',
      end: 'unknown',
    })
    expect(dispositionOf(item(1), one('unknown'), { ...RULES, onUnknown: 'skip' })).toMatchObject({
      kind: 'end',
      end: 'unknown',
    })
  })

  test('data that cannot be used fails it', () => {
    const useless = one('fresh', { mapped: { kind: 'unusable', reason: 'no data' } })
    expect(dispositionOf(item(1), useless, RULES)).toEqual({ kind: 'end', end: 'failed', reason: 'no data' })
  })

  test('a finished call carries its cost, its values and its cool-down', () => {
    const done = (kind: OutcomeKind) => finish(call(), made(kind), [dispositionOf(item(1), one(kind), RULES)], COOL)
    expect(done('fresh')).toMatchObject({
      state: 'settled',
      cost: 5,
      items: [{ end: 'refreshed', values: { a: 1 }, coolDownUntil: null, tried: true, paid: true }],
    })
    expect(done('not-found')).toMatchObject({ items: [{ end: 'notFound', coolDownUntil: 1_100, tried: true }] })
    expect(done('give-up')).toMatchObject({ items: [{ end: 'failed', coolDownUntil: 1_010 }] })
    expect(done('throttled')).toMatchObject({
      state: 'settled',
      items: [{ end: null, attempts: 0, tried: false, reason: null }],
    })
    expect(done('unknown')).toMatchObject({
      state: 'unknown',
      cost: 0,
      reservation: 5,
      items: [{ end: null, attempts: 1, tried: true }],
    })
  })

  test('a call that never went out costs nothing; one of a dead process is unknown', () => {
    expect(released(call(), null, null)).toMatchObject({
      state: 'released',
      cost: 0,
      items: [{ end: null, tried: false, paid: false }],
    })
    expect(released(call(), 'bad', 7)).toMatchObject({
      state: 'released',
      items: [{ end: 'failed', coolDownUntil: 7, tried: true }],
    })
    expect(lost(call(), RULES)).toMatchObject({ state: 'unknown', cost: 0, items: [{ end: null, attempts: 1 }] })
    expect(lost(call(2), RULES)).toMatchObject({ items: [{ end: 'unknown' }] })
    expect(lost(call(), { ...RULES, onUnknown: 'skip' })).toMatchObject({ items: [{ end: 'unknown' }] })
  })
})

describe('the work list', () => {
  test('front first, in order; the back when it is due and the untried ones are through', () => {
    const list = new WorkList()
    list.putBack(item(3), 50)
    list.putBack(item(4), 200)
    list.putFront(item(1))
    list.putFront(item(2))
    expect([list.size, list.nextDueAt, list.ready(100, true), list.ready(100, false)]).toEqual([4, 50, 2, 3])
    expect(list.take(9, 100, true).map(({ seq }) => seq)).toEqual([1, 2])
    expect(list.take(9, 49, false)).toEqual([])
    expect(list.take(9, 100, false).map(({ seq }) => seq)).toEqual([3])
    expect(list.take(9, 200, false).map(({ seq }) => seq)).toEqual([4])
    expect([list.size, list.nextDueAt]).toEqual([0, null])
  })

  test('does not grow without bound: a long back goes ahead of the untried', () => {
    const list = new WorkList()
    for (let seq = 1; seq <= 5_000; seq++) list.putBack(item(seq), 0)
    expect([list.ready(1, true), list.take(10, 1, true).length, list.size]).toEqual([5_000, 10, 4_990])
    expect(list.ready(1, true)).toBe(0)
  })

  test('loses nothing and takes nothing twice', () => {
    const puts = fc.array(fc.record({ front: fc.boolean(), dueAt: fc.nat(100) }), { maxLength: 50 })
    const property = fc.property(
      puts,
      fc.array(fc.record({ count: fc.nat(9), now: fc.nat(100), untried: fc.boolean() })),
      (all, takes) => {
        const list = new WorkList()
        for (const [seq, { front, dueAt }] of all.entries()) {
          if (front) list.putFront(item(seq))
          else list.putBack(item(seq), dueAt)
        }
        const taken = takes.flatMap(({ count, now, untried }) => {
          const ready = list.ready(now, untried)
          const some = list.take(count, now, untried)
          expect(some.length).toBe(Math.min(ready, count))
          return some
        })
        taken.push(...list.take(100, 100, false))
        expect(taken.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(all.map((_, seq) => seq))
      },
    )
    fc.assert(property)
  })
})

describe('how far ahead calls are opened', () => {
  const flow = fc
    .record({
      concurrency: fc.integer({ min: 1, max: 100 }),
      more: fc.nat(100),
      spacingMs: fc.constantFrom(0, 1, 20, 1_000),
      latencyMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
      commitMs: fc.double({ min: 0, max: 2_000, noNaN: true }),
      unsent: fc.nat(300),
      inFlight: fc.nat(100),
    })
    .map(({ inFlight, more, ...rest }): Flow => {
      return { ...rest, ceiling: rest.concurrency + more, open: rest.unsent + inFlight }
    })

  test('never more open than three times the concurrency, or the fewest slots that the ceiling allows, and whole', () => {
    fc.assert(
      fc.property(flow, (now) => {
        const opens = opensNow(now)
        expect(Number.isInteger(opens) && opens >= 0).toBe(true)
        const slots = Math.max(now.concurrency, Math.min(32, now.ceiling))
        expect(opens === 0 || now.open + opens <= 3 * slots).toBe(true)
      }),
    )
  })

  test('something, when nothing is open', () => {
    fc.assert(
      fc.property(flow, (now) => {
        const empty = { ...now, unsent: 0, open: 0 }
        expect(opensNow(empty)).toBeGreaterThanOrEqual(1)
        expect(starving(empty)).toBe(true)
      }),
    )
  })

  test('no faster than the spacing allows', () => {
    expect(
      callsPerMs({ concurrency: 100, ceiling: 100, spacingMs: 100, latencyMs: 1, commitMs: 1, unsent: 0, open: 0 }),
    ).toBe(0.01)
    expect(
      callsPerMs({ concurrency: 4, ceiling: 4, spacingMs: 0, latencyMs: 40, commitMs: 1, unsent: 0, open: 0 }),
    ).toBe(0.1)
  })
})

describe('mapping', () => {
  const encode = (values: Readonly<Record<string, unknown>>) =>
    'bad' in values ? { problem: 'bad value' } : { values: values as never }

  test('paths and functions fill columns; what the data does not have leaves its column alone', () => {
    const map = mapper({ a: 'x.y', b: (data: never) => (data as { n: number }).n + 1, c: 'x.z.w', d: 'nil' }, encode)
    expect(map({ x: { y: 'v', z: 5 }, n: 1, nil: null }, {})).toEqual({
      kind: 'values',
      values: { a: 'v', b: 2, d: null },
      missing: ["records.update.c: 'x.z.w'"],
    })
  })

  test('a function that takes no data says nothing of it', () => {
    const now = () => 'now'
    expect(mapper({ a: 'typo', at: now }, encode)({ x: 1 }, {})).toMatchObject({ kind: 'unusable' })
    expect(mapper({ a: 'x', at: now }, encode)({ x: 1 }, {})).toEqual({ kind: 'values', values: { a: 1, at: 'now' } })
    expect(mapper({ at: now }, encode)({ x: 1 }, {})).toEqual({ kind: 'values', values: { at: 'now' } })
  })

  test.each([
    [null, 'no data'],
    [undefined, 'no data'],
    [{}, 'nothing for any column'],
    ['text', 'nothing for any column'],
  ])('%j is unusable', (data, reason) => {
    expect(mapper({ a: 'x' }, encode)(data, {})).toMatchObject({
      kind: 'unusable',
      reason: expect.stringContaining(reason),
    })
  })

  test('a function that throws, or a value that its column refuses, is unusable and named', () => {
    const throws = () => {
      throw new Error('oh')
    }
    expect(mapper({ a: throws }, encode)({}, {})).toMatchObject({ reason: 'records.update.a threw: oh' })
    expect(mapper({ bad: 'x' }, encode)({ x: 1 }, {})).toEqual({ kind: 'unusable', reason: 'bad value' })
  })
})

test('a retry waits up to twice as long each time, up to a minute', () => {
  expect([1, 2, 3, 6, 1_000].map((attempts) => retryDelayMs(attempts, () => 1))).toEqual([
    2_000, 4_000, 8_000, 60_000, 60_000,
  ])
  expect(retryDelayMs(3, () => 0)).toBe(0)
})
