import { beforeAll, expect, it } from 'vitest'
import { INSTANT, numberedSql, SCANS_R } from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase, onSqlite } from '../../../../test/support/store/test-databases.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { sqliteUpdates } from '../../dialect/sqlite/updates.ts'
import type { UpdateBatch, UpdateRow } from '../../dialect/user-table-dialect.ts'
import type { Sql } from '../../sql.ts'
import { describeTable } from '../describe/describe-table.ts'
import { type Column, findColumn, type UserTable } from '../user-table.ts'
import { standingsSql, updateRecords } from './update-records.ts'

const KINDS = {
  ints: { type: 'integer', value: { sqlite: 'n', postgresql: 'n', mysql: 'n' }, key: (n: number) => String(n) },
  bigs: { type: 'bigint', value: { sqlite: 'n', postgresql: 'n', mysql: 'n' }, key: (n: number) => String(n) },
  texts: {
    type: 'varchar(200)',
    value: { sqlite: "'k' || n", postgresql: "'k' || n", mysql: "'k' || n" },
    key: (n: number) => `k${n}`,
  },
  uuids: {
    type: 'uuid',
    value: {
      sqlite: "printf('00000000-0000-0000-0000-%012d', n)",
      postgresql: "lpad(n::text, 32, '0')::uuid",
      mysql: "lpad(n, 32, '0')",
    },
    key: (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`,
  },
}
const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[]

/** The only statement. */
function one(statements: readonly Sql[]): Sql {
  expect(statements).toHaveLength(1)
  return statements[0] as Sql
}

function batchOf(table: UserTable, columns: readonly Column[], rows: readonly UpdateRow[]): UpdateBatch {
  return { table, columns, checked: [], rows, stamp: '2026-01-01T00:00:00Z' }
}

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'
  const { updates } = userTableDialect(at.dialect)

  beforeAll(async () => {
    const source = numberedSql(at.dialect, sqlite ? 5_000 : 100_000)
    for (const name of NAMES) {
      const columns = `id ${KINDS[name].type} PRIMARY KEY NOT NULL, a text, at ${sqlite ? 'datetime' : INSTANT[at.dialect]}`
      await at.run(
        `CREATE TABLE ${name} (${columns})`,
        `INSERT INTO ${name} SELECT ${KINDS[name].value[at.dialect]}, 'a', NULL FROM ${source}`,
      )
      if (!sqlite) continue
      await at.run(
        `CREATE TABLE ${name}_wr (${columns}) WITHOUT ROWID`,
        `INSERT INTO ${name}_wr SELECT ${KINDS[name].value.sqlite}, 'a', NULL FROM ${source}`,
      )
    }
  })

  const tables = NAMES.flatMap((name) => (sqlite ? [name, `${name}_wr`] : [name]))
  const kindOf = (name: string) => KINDS[name.replace('_wr', '') as keyof typeof KINDS]
  const rowsOf = (name: string, count: number) =>
    Array.from({ length: count }, (_, i): UpdateRow => [kindOf(name).key(i + 1), null, 'b'])
  const scans = SCANS_R[at.dialect]
  const columnsOf = (table: UserTable) => [findColumn(table.columns, 'a')].filter((column) => column !== undefined)

  it.each(tables)('a batch looks its records up by their key: %s', async (name) => {
    const check = async () => {
      const table = await at.table({ table: name, key: 'id', refreshedAt: 'at' })
      for (const count of [1, 100]) {
        expect(
          await at.plan(one(updates.statements(batchOf(table, columnsOf(table), rowsOf(name, count))))),
        ).not.toMatch(scans)
        expect(await at.plan(standingsSql(table, [], rowsOf(name, count)))).not.toMatch(scans)
      }
    }
    if (sqlite) await check()
    await at.run(at.dialect === 'mysql' ? `ANALYZE ${name}` : 'ANALYZE')
    await check()
  })
})

onSqlite((at) => {
  const ddl = 'PRIMARY KEY NOT NULL, a TEXT, at DATETIME)'
  const tables = ['rowid', 'texts', 'compact']
  const table = (name: string) => at.table({ table: name, key: 'id', refreshedAt: 'at' })
  const believe = async (rows: number) => {
    await at.run(
      'ANALYZE',
      `UPDATE sqlite_stat1 SET stat = CASE WHEN idx IS NULL THEN '${rows}' ELSE '${rows} 1' END`,
      'DELETE FROM sqlite_stat4',
      'ANALYZE sqlite_schema',
    )
  }

  beforeAll(async () => {
    await at.run(
      `CREATE TABLE rowid (id INTEGER ${ddl}`,
      `CREATE TABLE texts (id TEXT ${ddl}`,
      `CREATE TABLE compact (id TEXT ${ddl} WITHOUT ROWID`,
      ...tables.map(
        (name) =>
          `WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 500) INSERT INTO ${name} SELECT n, 'a', NULL FROM s`,
      ),
    )
  })

  it.each([10, 1_000])('does so whatever SQLite believes of the table: %i rows', async (rows) => {
    await believe(rows)
    for (const name of tables) {
      const described = await table(name)
      expect(described.believedTiny).toBe(false)
      const batch = Array.from({ length: 400 }, (_, i): UpdateRow => [String(i + 1), null, 'b'])
      const columns = described.columns.slice(1, 2)
      expect(await at.plan(one(sqliteUpdates.statements(batchOf(described, columns, batch))))).not.toMatch(/SCAN r\b/)
    }
  })

  it('goes record by record where SQLite believes the table all but empty', async () => {
    await believe(1)
    for (const name of tables) {
      const described = await table(name)
      expect(described.believedTiny).toBe(true)
      const statements = sqliteUpdates.statements(batchOf(described, described.columns.slice(1, 2), [['7', null, 'b']]))
      expect(await at.plan(one(statements))).toMatch(/SEARCH r USING/)
      const rows = ['7', '8', '999'].map((key) => ({ key, selectedAt: null, values: { a: 'c' } }))
      const result = await at.transaction((tx) => updateRecords(tx, described, rows, new Date(0)))
      expect(result).toEqual({ updated: ['7', '8'], superseded: [], changed: [], gone: ['999'], rejected: [] })
      expect(await at.plan(standingsSql(described, [], [['7', null]]))).not.toMatch(/SCAN r\b/)
    }
  })

  it('does not need statistics', async () => {
    await at.run('DELETE FROM sqlite_stat1')
    expect(await describeTable(at.db, 'sqlite', { table: 'rowid', key: 'id' })).toMatchObject({
      table: { believedTiny: false },
    })
  })
})
