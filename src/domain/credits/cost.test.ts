import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { affordableRecords, costOf, mostOf, mostOfAll, recordsWithin } from './cost.ts'
import type { Credits } from './credits.ts'

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
