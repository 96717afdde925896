import { beforeAll, expect, it } from 'vitest'
import { INSTANT } from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase } from '../../../../test/support/store/test-databases.ts'
import type { OrderBy } from '../../../domain/values/where.ts'
import { sql } from '../../sql.ts'
import { tableSql, type UserTable } from '../user-table.ts'
import { orderSql } from './where-sql.ts'

onEachDatabase((at) => {
  let people: UserTable
  beforeAll(async () => {
    await at.run(
      `CREATE TABLE people (id integer PRIMARY KEY, age integer, "Odd ""Name" integer NOT NULL, at ${INSTANT[at.dialect]})`,
      "INSERT INTO people VALUES (1, 5, 0, '2026-01-02 00:00:00'), (2, NULL, 1, NULL), (3, 5, 1, '2026-01-01 00:00:00'), (4, 3, 0, NULL)",
      'CREATE INDEX by_odd ON people ("Odd ""Name")',
    )
    people = await at.table({ table: 'people', key: 'id', refreshedAt: 'at' })
  })

  const ordered = async (orderBy: OrderBy[], table = people) => {
    const rows = await at.db.$queryRaw<{ id: number }[]>(
      sql`SELECT r.id FROM ${tableSql(table)} AS r ORDER BY ${orderSql(orderBy, table, 'r')}`,
    )
    return rows.map(({ id }) => Number(id))
  }

  it('puts the stalest first by default, never refreshed first of all, ties by key', async () => {
    expect(await ordered([])).toEqual([2, 4, 3, 1])
    expect(await ordered([], { ...people, refreshedAt: null })).toEqual([1, 2, 3, 4])
  })

  it('takes NULL for the least', async () => {
    expect(await ordered([{ column: 'age', direction: 'asc' }])).toEqual([2, 4, 1, 3])
    expect(await ordered([{ column: 'age', direction: 'desc' }])).toEqual([1, 3, 4, 2])
  })

  it('orders by several columns, the key included', async () => {
    expect(
      await ordered([
        { column: 'Odd "Name', direction: 'desc' },
        { column: 'id', direction: 'desc' },
      ]),
    ).toEqual([3, 2, 4, 1])
    expect(await ordered([{ column: 'id', direction: 'desc' }])).toEqual([4, 3, 2, 1])
  })

  it('lets a plain index of a NOT NULL column serve', async () => {
    const order = orderSql([{ column: 'Odd "Name', direction: 'asc' }], people, 'r')
    expect(order.sql).not.toContain('NULLS')
  })

  it('refuses a column that the table does not have', () => {
    expect(() => orderSql([{ column: 'id; DROP TABLE people', direction: 'asc' }], people, 'r')).toThrow('no column')
  })
})
