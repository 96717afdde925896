import { describe, expect, test } from 'vitest'
import type { Credits } from '../../domain/credits/credits.ts'
import type { CallItem } from '../ports/calls.ts'
import { FreeRepeats } from './free-repeats.ts'
import { costOfCall, type PricedPart } from './pricing.ts'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 10, 21)
const rules = (withinMs: number | null = 60 * MINUTE) => ({
  single: {
    request: (row: Readonly<Record<string, unknown>>) => ({
      method: 'GET',
      path: '/x',
      query: { id: row.id as number },
    }),
    data: () => 1,
  },
  bulk: null,
  freeRepeat: withinMs === null ? null : { withinMs, select: true },
  timeoutMs: 30_000,
  maxReplyBytes: { single: 1_000, bulk: 1_000 },
})
const repeats = new FreeRepeats(rules())
const request = repeats.requestFor({ id: 1 })
const paidAgo = (ms: number, of = request) => ({ paid: [{ at: NOW - ms, request: String(of) }] })

describe('a repeat', () => {
  test.each([
    ['is free within the window', paidAgo(30 * MINUTE), true],
    ['is free until the vendor might serve it too late', paidAgo(58.5 * MINUTE), true],
    ['is not free after that', paidAgo(58.5 * MINUTE + 1), false],
    ['is not free where it was paid for in the future: a clock was set back', paidAgo(-1), false],
    ['is not free where another request was paid for', paidAgo(1, repeats.requestFor({ id: 2 })), false],
    ['is not free where nothing was paid for', {}, false],
  ])('%s', (_, item, free) => {
    expect(repeats.isFree(item, request, NOW)).toBe(free)
  })

  test('is free by any of the records that share the request', () => {
    const paid = [...paidAgo(90 * MINUTE).paid, ...paidAgo(MINUTE).paid]
    expect(repeats.isFree({ paid }, request, NOW)).toBe(true)
  })

  test('is not free where there is no such rule, and no request is made up then', () => {
    const none = new FreeRepeats(rules(null))
    expect([none.requestFor({ id: 1 }), none.isFree(paidAgo(1), request, NOW)]).toEqual([null, false])
  })

  test('is told by what is asked: a bigint is fine, a function that throws is not', () => {
    expect(repeats.requestFor({ id: 1n })).not.toBeNull()
    const broken = new FreeRepeats({ ...rules(), single: { request: () => JSON.parse('{'), data: () => 1 } })
    expect(broken.requestFor({ id: 1 })).toBeNull()
  })
})

describe('a call with free repeats', () => {
  const found: PricedPart = { outcome: { kind: 'fresh', reason: '' }, unreadable: false, data: {} }
  const missed: PricedPart = { outcome: { kind: 'not-found', reason: '' }, unreadable: false }
  const refused: PricedPart = { outcome: { kind: 'give-up', reason: '' }, unreadable: false }
  const reading = { outcome: { kind: 'fresh', reason: '' }, charge: null } as const
  const terms = (per: 'call' | 'record' | 'match', minimum = 0) => ({
    cost: { per, credits: 3 as Credits, minimum: minimum as Credits },
    price: null,
  })
  const items = (parts: readonly PricedPart[]) => parts.map(() => ({ row: {} }) as CallItem)

  test.each([
    ['match', [found, found, missed], [true, false, false], terms('match'), 3],
    ['record', [found, found, missed], [true, false, false], terms('record'), 6],
    ['call', [found, missed], [true, false], terms('call'), 3],
    ['call, all free', [found, missed], [true, true], terms('call'), 0],
    ['match, all free, with a minimum', [found, found], [true, true], terms('match', 5), 0],
    ['match, the others are misses, with a minimum', [found, missed], [true, false], terms('match', 5), 5],
    ['record, the others were refused, with a minimum', [found, refused], [true, false], terms('record', 5), 5],
  ] as const)('costs what the others cost, per %s', (_, parts, free, rules, cost) => {
    expect(costOfCall(reading, parts, items(parts), rules, { free })).toBe(cost)
  })

  test('is priced record by record without them', () => {
    const parts = [found, found]
    const priced = { ...terms('match'), price: () => 0.000002 }
    expect(costOfCall(reading, parts, items(parts), priced, { free: [false, true] })).toBe(2)
  })

  test('costs what the vendor says, and nothing yet where nobody knows', () => {
    const said = { ...reading, charge: 9 as Credits }
    expect(costOfCall(said, [found], items([found]), terms('match'), { free: [true] })).toBe(9)
    const lost = { outcome: { kind: 'unknown', reason: '' }, charge: null } as const
    expect(costOfCall(lost, [found], items([found]), terms('match'), { free: [true] })).toBe(0)
  })
})
