import { describe, expect, it } from 'vitest'
import { PEOPLE, SQLITE_PEOPLE } from '../../../../test/support/store/test-tables.ts'
import type { Condition } from '../../../domain/values/where.ts'
import type { UserTable } from '../user-table.ts'
import { MAX_COMPARISONS, MAX_DEPTH } from './parse-operators.ts'
import { parseWhere } from './parse-where.ts'

function condition(json: unknown, table: UserTable = PEOPLE): Condition {
  const parsed = parseWhere(json, table, 'where')
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return parsed.condition
}

function problems(json: unknown, table: UserTable = PEOPLE) {
  const parsed = parseWhere(json, table, 'where')
  return 'problems' in parsed ? parsed.problems : []
}

const equals = (column: string, value: string): Condition => ({
  kind: 'compare',
  column,
  op: 'equals',
  value,
})

describe('the language', () => {
  it('takes a value for equality and null for NULL', () => {
    expect(condition({ country: 'US' })).toEqual(equals('country', 'US'))
    expect(condition({ country: { equals: 'US' } })).toEqual(equals('country', 'US'))
    expect(condition({ country: null })).toEqual({ kind: 'null', column: 'country' })
    expect(condition({ country: { not: null } })).toEqual({
      kind: 'not',
      of: { kind: 'null', column: 'country' },
    })
    expect(condition({ country: { not: 'US' } })).toEqual({ kind: 'not', of: equals('country', 'US') })
  })

  it('takes several columns, and several operators on one, for all of them', () => {
    expect(condition({ country: 'US', active: true })).toEqual({
      kind: 'all',
      of: [equals('country', 'US'), equals('active', 'true')],
    })
    expect(condition({ small: { gte: 1, lt: 5 } })).toEqual({
      kind: 'all',
      of: [
        { kind: 'compare', column: 'small', op: 'gte', value: '1' },
        { kind: 'compare', column: 'small', op: 'lt', value: '5' },
      ],
    })
    expect(condition({ small: { not: { gte: 1, lt: 5 } } })).toMatchObject({
      kind: 'not',
      of: { kind: 'all' },
    })
  })

  it('takes AND, OR and NOT with an object or a list', () => {
    const [us, de] = [equals('country', 'US'), equals('country', 'DE')]
    expect(condition({ AND: [{ country: 'US' }, { country: 'DE' }] })).toEqual({ kind: 'all', of: [us, de] })
    expect(condition({ AND: { country: 'US' } })).toEqual(us)
    expect(condition({ OR: [{ country: 'US' }, { country: 'DE' }] })).toEqual({ kind: 'any', of: [us, de] })
    expect(condition({ OR: { country: 'US' } })).toEqual({ kind: 'any', of: [us] })
    expect(condition({ NOT: { country: 'US', small: 1 } })).toMatchObject({
      kind: 'not',
      of: { kind: 'all' },
    })
    expect(condition({ NOT: [{ country: 'US' }, { country: 'DE' }] })).toEqual({
      kind: 'all',
      of: [
        { kind: 'not', of: us },
        { kind: 'not', of: de },
      ],
    })
  })

  it('takes empty lists as Prisma does: AND all, OR none, in none, notIn all', () => {
    expect(condition({})).toEqual({ kind: 'all', of: [] })
    expect(condition({ AND: [] })).toEqual({ kind: 'all', of: [] })
    expect(condition({ OR: [] })).toEqual({ kind: 'any', of: [] })
    expect(condition({ NOT: [] })).toEqual({ kind: 'all', of: [] })
    expect(condition({ country: { in: [] } })).toEqual({ kind: 'in', column: 'country', values: [] })
    expect(condition({ country: { notIn: [] } })).toMatchObject({
      kind: 'not',
      of: { kind: 'in', values: [] },
    })
  })

  it('takes text operators for text', () => {
    expect(condition({ country: { contains: '50%' } })).toEqual({
      kind: 'text',
      column: 'country',
      op: 'contains',
      value: '50%',
    })
    expect(problems({ small: { startsWith: '5' } })).toMatchObject([{ path: 'where.small.startsWith' }])
    expect(problems({ country: { endsWith: 5 } })).toMatchObject([{ found: '5', allowed: 'text' }])
  })
})

describe('values', () => {
  it('are in the text form of the column', () => {
    expect(condition({ big: '9007199254740993' })).toEqual(equals('big', '9007199254740993'))
    expect(condition({ big: 9007199254740993n })).toEqual(equals('big', '9007199254740993'))
    expect(condition({ price: 12.5 })).toEqual(equals('price', '12.5'))
    expect(condition({ uid: '550E8400-E29B-41D4-A716-446655440000' })).toEqual(
      equals('uid', '550e8400-e29b-41d4-a716-446655440000'),
    )
    expect(condition({ mood: 'ok' })).toEqual(equals('mood', 'ok'))
    expect(condition({ active: true }, SQLITE_PEOPLE)).toEqual(equals('active', '1'))
  })

  it('take instants as Dates and ISO 8601, a date alone as its midnight in UTC', () => {
    expect(condition({ refreshed_at: { lt: '2026-01-01' } })).toMatchObject({
      value: '2026-01-01T00:00:00.000000Z',
    })
    expect(condition({ refreshed_at: { lt: new Date(0) } })).toMatchObject({
      value: '1970-01-01T00:00:00.000000Z',
    })
    expect(condition({ refreshed_at: { lt: '2026-01-01T01:30:00.123456+01:30' } })).toMatchObject({
      value: '2026-01-01T00:00:00.123456Z',
    })
    expect(condition({ seen: { lt: '2026-01-01' } })).toMatchObject({ value: '2026-01-01T00:00:00.000000' })
    expect(condition({ refreshed_at: { lt: '2026-01-01' } }, SQLITE_PEOPLE)).toMatchObject({
      value: '1767225600000',
    })
    expect(condition({ refreshed_at: { lt: 1767225600000 } }, SQLITE_PEOPLE)).toMatchObject({
      value: '1767225600000',
    })
    expect(condition({ seen: '2026-01-01' }, SQLITE_PEOPLE)).toMatchObject({
      value: '2026-01-01T00:00:00.000Z',
    })
    expect(condition({ born: { gte: '1990-05-01' } })).toMatchObject({ value: '1990-05-01' })
  })

  it.each([
    [{ small: 'abc' }],
    [{ small: 40_000 }],
    [{ small: 1.5 }],
    [{ small: true }],
    [{ big: 2 ** 60 }],
    [{ score: Number.NaN }],
    [{ active: 'true' }],
    [{ active: 1 }],
    [{ country: 5 }],
    [{ country: ['US'] }],
    [{ country: 'a\0b' }],
    [{ country: 'half \ud800' }],
    [{ uid: 'abc' }],
    [{ mood: 'cheerful' }],
    [{ refreshed_at: 'yesterday' }],
    [{ refreshed_at: '2026-02-30' }],
    [{ refreshed_at: 5 }],
    [{ refreshed_at: new Date(Number.NaN) }],
    [{ born: '1990' }],
    [{ country: undefined }],
    [{ country: { not: undefined } }],
    [{ country: { in: ['US', null] } }],
    [{ country: { in: 'US' } }],
    [{ country: { lt: null } }],
    [{ active: { lt: true } }],
    [{ mood: { gt: 'sad' } }],
    [{ data: { a: 1 } }],
    [{ tags: ['a'] }],
    [{ photo: 'x' }],
  ])('that the column cannot hold are a problem: %j', (json) => {
    expect(problems(json)).toHaveLength(1)
  })

  it('of any kind may be NULL', () => {
    for (const { name } of PEOPLE.columns) expect(condition({ [name]: { not: null } })).toMatchObject({ kind: 'not' })
  })
})

describe('problems', () => {
  it('come all at once, each with its path and the nearest name', () => {
    const found = problems({
      contry: 'US',
      OR: [{ small: 'x' }, { country: { eqals: 'US' } }],
      not: {},
      big: {},
    })
    expect(found.map(({ path, hint }) => [path, hint])).toEqual([
      ['where.contry', 'Did you mean `country`?'],
      ['where.OR[0].small', undefined],
      ['where.OR[1].country.eqals', 'Did you mean `equals`?'],
      ['where.not', 'Did you mean `NOT`?'],
      ['where.big', undefined],
    ])
  })

  it('name the operators that the column takes', () => {
    expect(problems({ small: { contains: '1' } })).toMatchObject([
      { path: 'where.small.contains', allowed: 'equals, lt, lte, gt, gte, not, in, notIn, null' },
    ])
    expect(problems({ active: { lt: true } })).toMatchObject([{ allowed: 'equals, not, in, notIn, null' }])
    expect(problems({ data: { contains: 'x' } })).toMatchObject([{ allowed: 'null and { not: null }' }])
  })

  it('say how a number is written that JSON would round', () => {
    const rounded = JSON.parse('{"big":{"in":[9007199254740993]}}')
    expect(problems(rounded)).toMatchObject([{ path: 'where.big.in[0]', hint: expect.stringContaining('in quotes') }])
    expect(condition({ big: '9007199254740993' })).toEqual(equals('big', '9007199254740993'))
    expect(problems({ big: 1.5 })[0]?.hint).toBeUndefined()
  })

  it('include what would silently select everything, or nothing', () => {
    expect(problems({ OR: [{}] })).toMatchObject([{ path: 'where.OR[0]', found: 'no condition' }])
    expect(problems({ NOT: {} })).toMatchObject([{ path: 'where.NOT', found: 'no condition' }])
    expect(problems({ OR: { country: 'US', small: 1 } })).toMatchObject([
      { path: 'where.OR', hint: expect.stringContaining('OR: [') },
    ])
    expect(problems({ country: {} })).toMatchObject([{ found: 'no operator' }])
  })

  it('include what is no condition', () => {
    for (const json of [null, undefined, 5, 'x', [], 5n, new Date(0)]) expect(problems(json)).toHaveLength(1)
    expect(problems({ AND: 'x' })).toMatchObject([{ path: 'where.AND', found: '"x"' }])
  })

  it('include too deep and too many', () => {
    const nested = (levels: number): unknown => (levels === 0 ? { country: 'US' } : { NOT: nested(levels - 1) })
    expect(problems(nested(MAX_DEPTH - 1))).toEqual([])
    expect(problems(nested(MAX_DEPTH))).toMatchObject([{ found: `conditions nested more than ${MAX_DEPTH} deep` }])
    let not: unknown = 'US'
    for (let i = 0; i < 60; i++) not = { not }
    expect(problems({ country: not })).toHaveLength(1)
    const many = Array.from({ length: MAX_COMPARISONS + 1 }, () => ({ country: 'US' }))
    expect(problems({ OR: many })).toMatchObject([{ found: '1001 comparisons', hint: expect.stringContaining('`in`') }])
    expect(problems({ country: { in: Array.from({ length: 5_000 }, String) } })).toEqual([])
  })

  it('take odd names for names', () => {
    expect(problems({ 'x" OR 1=1; --': 1 })).toMatchObject([{ found: expect.stringContaining('does not have') }])
    expect(problems(JSON.parse('{"__proto__": {"country": "US"}, "constructor": 1}'))).toHaveLength(2)
  })
})
