import { describe, expect, test } from 'vitest'
import type { Credits } from '../../domain/credits/credits.ts'
import type { CallItem } from '../ports/calls.ts'
import type { Mapped } from '../ports/vendor.ts'
import { partsOf } from './bulk-parts.ts'
import { costOfCall, misreadOf, type PricedPart } from './pricing.ts'

const found: PricedPart = { outcome: { kind: 'fresh', reason: '' }, unreadable: false, data: { credits: 0.000002 } }
const missed: PricedPart = { outcome: { kind: 'not-found', reason: '' }, unreadable: false }
const items = (parts: readonly PricedPart[]) => parts.map(() => ({ row: {} }) as CallItem)
const terms = (per: 'call' | 'record' | 'match') => ({
  cost: { per, credits: 3 as Credits, minimum: 0 as Credits },
  price: null,
})
const byData = { ...terms('match'), price: (_: unknown, data: unknown) => (data as { credits: number }).credits }
const saying = (charge: number | null, kind: 'fresh' | 'give-up' | 'unknown' = 'fresh') => ({
  outcome: { kind, reason: '' },
  charge: charge as Credits | null,
})

const SENT_BEFORE = { earlier: 0 as Credits }

describe('a call that was sent more than once under its key costs the larger of what is said and what its data cost', () => {
  test.each([
    ['match', [found, found, missed], terms('match'), 0, 6],
    ['record', [found, missed], terms('record'), 0, 6],
    ['call', [found, missed], terms('call'), 0, 3],
    ['match, at prices', [found, found, missed], byData, 0, 4],
    ['match, where the reply says more', [found, missed], terms('match'), 5, 5],
    ['match, where the reply says nothing', [found], terms('match'), null, 3],
    ['match, where nothing was found', [missed], terms('match'), 0, 0],
  ] as const)('per %s', (_, parts, rules, charge, cost) => {
    expect(costOfCall(saying(charge), parts, items(parts), rules, SENT_BEFORE)).toBe(cost)
  })

  test('records that seem left out, while other keys have parts too many, were looked up all the same', () => {
    const twice = [
      { key: 'a', data: 1 },
      { key: 'a', status: 404 },
    ]
    const parts = partsOf(twice, 3, { configured: true, of: (at) => 'abc'[at] })
    expect(costOfCall(saying(null), parts, items(parts), terms('record'))).toBe(9)
    expect(costOfCall(saying(null), parts, items(parts), terms('match'))).toBe(3)
  })

  test('free repeats stay free, and a reply that was lost again has no cost yet', () => {
    const parts = [found, found]
    const free = [true, false]
    expect(costOfCall(saying(0), parts, items(parts), terms('match'), { ...SENT_BEFORE, free })).toBe(3)
    expect(costOfCall(saying(2, 'unknown'), parts, items(parts), terms('match'), SENT_BEFORE)).toBe(0)
  })

  test('what an earlier reply has said counts as well', () => {
    expect(costOfCall(saying(0), [missed], items([missed]), terms('match'), { earlier: 7 as Credits })).toBe(7)
  })

  test('a call that was sent once costs what the reply says', () => {
    expect(costOfCall(saying(0), [found], items([found]), terms('match'))).toBe(0)
  })
})

describe('what results that could not be read may not have cost', () => {
  const read = { ...found, mapped: { kind: 'values', values: {}, missing: [] } as unknown as Mapped }
  const unusable = { ...found, mapped: { kind: 'unusable', reason: 'no data' } as Mapped }
  const unreadable = { outcome: { kind: 'give-up', reason: '' }, unreadable: true, mapped: null } as const

  test.each([
    ['match', [read, unusable, unreadable], terms('match'), null, 6],
    ['match, all of them read', [read, { ...missed, mapped: null }], terms('match'), null, 0],
    ['match, where the reply says what it cost', [unusable], terms('match'), 3, 0],
    ['record, charged on a miss as well', [unusable], terms('record'), null, 0],
    ['call, charged on a miss as well', [unusable], terms('call'), null, 0],
  ] as const)('per %s', (_, parts, rules, charge, misread) => {
    const cost = costOfCall(saying(charge), parts, items(parts), rules)
    expect(misreadOf(cost, saying(charge), parts, items(parts), rules, {})).toBe(misread)
  })
})
