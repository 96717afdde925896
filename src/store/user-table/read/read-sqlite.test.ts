import { expect, it } from 'vitest'
import { onSqlite } from '../../../../test/support/store/test-databases.ts'
import { readRecords, readSql } from './read-records.ts'

onSqlite((at) => {
  it.each(['INTEGER PRIMARY KEY', 'TEXT PRIMARY KEY', 'TEXT UNIQUE NOT NULL'])(
    'looks records up even where SQLite believes the table tiny: %s',
    async (key) => {
      for (const rest of key.includes('PRIMARY') ? ['', 'WITHOUT ROWID'] : ['']) {
        await at.run(
          'DROP TABLE IF EXISTS tiny',
          `CREATE TABLE tiny (id ${key}, n INTEGER) ${rest}`,
          "INSERT INTO tiny VALUES ('1', 5)",
          'ANALYZE',
          "UPDATE sqlite_stat1 SET stat = '1 1'",
          'ANALYZE sqlite_schema',
        )
        const table = await at.table({ table: 'tiny', key: 'id' })
        expect(await at.plan(readSql(table, ['1', '2']))).toMatch(/SEARCH r USING .*(PRIMARY KEY|INDEX)/)
        expect((await readRecords(at.db, table, ['2', '1'])).get('1')?.row.n).toBe(5)
      }
    },
  )

  it('reads each kind of column, and what does not belong there', async () => {
    await at.run(
      `CREATE TABLE kinds (id INTEGER PRIMARY KEY, i INTEGER, b BIGINT, n DECIMAL(10,2), r REAL, f BOOLEAN, t TEXT, j JSON, d DATETIME,
        x BLOB, u, g TEXT AS (upper(t)))`,
      `INSERT INTO kinds VALUES (1, 5, 9223372036854775807, 12.50, 0.1, 1, 'a', '{"a":[1]}', '2026-01-01 00:00:00', x'00ff', 'u'),
        (2, -9007199254740993, -9007199254740992, 'abc', 9e999, 0, x'0102', 'no json', 1767225600000, 'text', 1.5),
        (3, 1.5, 'text', 1e300, -9e999, 7, 5, '5', NULL, NULL, x''),
        (4, NULL, 9007199254740991, 9007199254740993, NULL, 'yes', NULL, NULL, NULL, x'', NULL),
        (5, x'ff', x'ff', x'ff', x'ff', x'ff', x'ff', x'ff', x'ff', x'ff', x'ff')`,
    )
    const read = await readRecords(at.db, await at.table({ table: 'kinds', key: 'id', refreshedAt: 'd' }), [
      '1',
      '2',
      '3',
      '4',
      '5',
    ])
    const rows = [...read.values()].map(({ row: { id, g, ...row } }) => row)
    expect(rows[0]).toEqual({
      i: 5,
      b: 9223372036854775807n,
      n: 12.5,
      r: 0.1,
      f: true,
      t: 'a',
      j: { a: [1] },
      d: '2026-01-01 00:00:00',
      x: Buffer.from([0, 255]),
      u: 'u',
    })
    expect(rows[1]).toEqual({
      i: -9007199254740993n,
      b: -9007199254740992n,
      n: 'abc',
      r: Number.POSITIVE_INFINITY,
      f: false,
      t: Buffer.from([1, 2]),
      j: 'no json',
      d: 1767225600000,
      x: 'text',
      u: 1.5,
    })
    expect(rows[2]).toEqual({
      i: 1.5,
      b: 'text',
      n: 1e300,
      r: Number.NEGATIVE_INFINITY,
      f: 7,
      t: '5',
      j: 5,
      d: null,
      x: null,
      u: Buffer.alloc(0),
    })
    expect(rows[3]).toEqual({
      i: null,
      b: 9007199254740991,
      n: 9007199254740993n,
      r: null,
      f: 'yes',
      t: null,
      j: null,
      d: null,
      x: Buffer.alloc(0),
      u: null,
    })
    expect(new Set(Object.values(rows[4] ?? {}).map(String))).toEqual(new Set([String(Buffer.from([255]))]))
    expect([...read.values()].map(({ refreshedAt }) => refreshedAt).slice(0, 3)).toEqual([
      '2026-01-01 00:00:00',
      '1767225600000',
      null,
    ])
  })
})
