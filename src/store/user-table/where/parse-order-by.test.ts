import { describe, expect, it } from 'vitest'
import { PEOPLE } from '../../../../test/support/store/test-tables.ts'
import { checkOrderBy, parseOrderBy } from './parse-order-by.ts'

const parse = (json: unknown) => parseOrderBy(json, PEOPLE, 'orderBy')

describe('parseOrderBy', () => {
  it('takes one column an object, alone or in a list', () => {
    expect(parse({ refreshed_at: 'asc' })).toEqual({
      orderBy: [{ column: 'refreshed_at', direction: 'asc' }],
    })
    expect(parse([{ country: 'desc' }, { id: 'asc' }])).toEqual({
      orderBy: [
        { column: 'country', direction: 'desc' },
        { column: 'id', direction: 'asc' },
      ],
    })
  })

  it('takes nothing for the default', () => {
    expect(parse(undefined)).toEqual({ orderBy: [] })
    expect(parse([])).toEqual({ orderBy: [] })
  })

  it('says what is wrong, all at once', () => {
    expect(parse([{ contry: 'asc' }, { id: 'up' }, { id: 'asc', country: 'asc' }, { data: 'asc' }, 5])).toMatchObject({
      problems: [
        { path: 'orderBy[0]', hint: 'Did you mean `country`?' },
        { path: 'orderBy[1].id', found: '"up"' },
        { path: 'orderBy[2]', hint: expect.stringContaining('One column') },
        { path: 'orderBy[3]', found: '"data" of type jsonb' },
        { path: 'orderBy[4]', found: '5' },
      ],
    })
  })

  it('checks an order that is read already', () => {
    expect(checkOrderBy([{ column: 'country', direction: 'asc' }], PEOPLE, 'orderBy')).toEqual([])
    expect(checkOrderBy([{ column: 'contry', direction: 'asc' }], PEOPLE, 'o')).toMatchObject([{ path: 'o[0]' }])
  })
})
