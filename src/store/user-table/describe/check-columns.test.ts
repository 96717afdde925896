import { describe, expect, it } from 'vitest'
import { column, PEOPLE, sqliteColumn, tableOf } from '../../../../test/support/store/test-tables.ts'
import { checkGroups, checkOrderBy, checkUpdate, checkWeight } from './check-columns.ts'

describe('checkUpdate', () => {
  it('takes every column that it can write', () => {
    const writable = PEOPLE.columns
      .map(({ name }) => name)
      .filter((name) => !['id', 'refreshed_at', 'photo', 'address'].includes(name))
    expect(checkUpdate(PEOPLE, writable, 'records.update')).toEqual([])
  })

  it('reports all others at once', () => {
    const table = tableOf('sqlite', [
      sqliteColumn('id', 'INTEGER'),
      sqliteColumn('sum', 'INTEGER', { generated: true }),
      sqliteColumn('blob', 'BLOB'),
      sqliteColumn('untyped', ''),
      column('lists', 'array', 'integer[][]', { element: column('', 'array', 'integer[]') }),
    ])
    const problems = checkUpdate(table, ['id', 'sum', 'blob', 'untyped', 'lists', 'sums'], 'records.update')
    expect(problems.map(({ path, found, hint }) => [path, found, hint])).toEqual([
      ['records.update.id', '"id", the key', undefined],
      ['records.update.sum', '"sum", which the database computes itself', undefined],
      ['records.update.blob', '"blob", of type BLOB, which spenddown cannot write', undefined],
      ['records.update.untyped', '"untyped", of type none, which spenddown cannot write', undefined],
      ['records.update.lists', '"lists", of type integer[][], which spenddown cannot write', undefined],
      ['records.update.sums', '"sums", which the table does not have', 'Did you mean `sum`?'],
    ])
  })
})

describe('checkOrderBy', () => {
  const asc = (...columns: string[]) => columns.map((column) => ({ column, direction: 'asc' as const }))

  it('takes columns whose values have an order', () => {
    expect(checkOrderBy(PEOPLE, asc('country', 'refreshed_at'), 'orderBy')).toEqual([])
  })

  it('says what is wrong, all at once', () => {
    expect(checkOrderBy(PEOPLE, asc('contry', 'id', 'data'), 'orderBy')).toMatchObject([
      { path: 'orderBy[0]', hint: 'Did you mean `country`?' },
      { path: 'orderBy[2]', found: '"data" of type jsonb' },
    ])
  })
})

describe('what an order by gain goes by', () => {
  it('groups are columns whose values can be compared', () => {
    expect(checkGroups(PEOPLE, ['country', 'mood', 'active'], 'gain.groups')).toEqual([])
    expect(checkGroups(PEOPLE, ['contry', 'data'], 'gain.groups')).toMatchObject([
      { path: 'gain.groups[0]', hint: 'Did you mean `country`?' },
      { path: 'gain.groups[1]', found: '"data" of type jsonb' },
    ])
  })

  it('a weight is a column of numbers', () => {
    for (const name of ['id', 'big', 'price', 'score']) expect(checkWeight(PEOPLE, name, 'gain.weight')).toEqual([])
    expect(checkWeight(PEOPLE, 'country', 'gain.weight')).toMatchObject([
      { path: 'gain.weight', found: '"country" of type text' },
    ])
    expect(checkWeight(PEOPLE, 'pric', 'gain.weight')).toMatchObject([{ hint: 'Did you mean `price`?' }])
  })
})
