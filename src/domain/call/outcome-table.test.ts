import { describe, expect, test } from 'vitest'
import { type OutcomeRule, outcomeByTable } from './outcome-table.ts'

const rule = (own: Partial<OutcomeRule>): OutcomeRule => ({
  statuses: null,
  code: null,
  at: null,
  header: null,
  is: 'credits-exhausted',
  ...own,
})
const said = (status: number, body: unknown = null, headers: Record<string, string> = {}) => ({ status, body, headers })

describe("the vendor's own table", () => {
  test('is read in order: the first line that fits counts', () => {
    const table = [rule({ statuses: [403], code: 'x' }), rule({ statuses: [403, 429], is: 'throttled' })]
    expect(outcomeByTable(table, said(403, { code: 'x' }))).toBe('credits-exhausted')
    expect(outcomeByTable(table, said(403, { code: 'y' }))).toBe('throttled')
    expect(outcomeByTable(table, said(429))).toBe('throttled')
    expect(outcomeByTable(table, said(400))).toBeNull()
  })

  test.each([
    [{ code: 'E7' }],
    [{ error: 'E7' }],
    [{ error: { code: 'E7' } }],
    [{ error: { type: 'E7', message: 'oh' } }],
    [{ errors: [{ code: 'E7' }, { code: 'E8' }] }],
    [{ errorCode: 'E7' }],
    [{ type: 'E7', title: 'No credits' }],
    [{ status: 'E7' }],
  ])('finds the code in %j', (body) => {
    expect(outcomeByTable([rule({ code: 'E7' })], said(400, body))).toBe('credits-exhausted')
    expect(outcomeByTable([rule({ code: 'E' })], said(400, body))).toBeNull()
  })

  test('finds a code that is a number, and one at a place of its own, and nowhere else', () => {
    expect(outcomeByTable([rule({ code: '7' })], said(200, { code: 7 }))).toBe('credits-exhausted')
    const own = [rule({ code: 'E7', at: ['meta', 'reason'] })]
    expect(outcomeByTable(own, said(200, { meta: { reason: 'E7' } }))).toBe('credits-exhausted')
    expect(outcomeByTable(own, said(200, { code: 'E7' }))).toBeNull()
  })

  test('a header counts by its whole value', () => {
    const table = [rule({ statuses: [403], header: { name: 'x-error', value: 'rate' }, is: 'throttled' })]
    expect(outcomeByTable(table, said(403, null, { 'x-error': 'rate' }))).toBe('throttled')
    expect(outcomeByTable(table, said(403, null, { 'x-error': 'rated' }))).toBeNull()
    expect(outcomeByTable(table, said(403))).toBeNull()
  })

  test('a body without codes fits no code', () => {
    for (const body of [undefined, null, 'E7', ['E7'], 7, { error: ['E7'] }, Object.create({ code: 'E7' })]) {
      expect(outcomeByTable([rule({ code: 'E7' })], said(400, body))).toBeNull()
    }
  })
})
