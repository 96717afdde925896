import { beforeAll, describe, expect, it } from 'vitest'
import {
  DOUBLE,
  INSTANT,
  instantLiteral,
  numberedSql,
  SCANS_R,
} from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase } from '../../../../test/support/store/test-databases.ts'
import type { UserTable } from '../user-table.ts'
import { encodeValues } from '../values/encode-values.ts'
import { differences, differencesSql } from './differences.ts'

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'
  const types: Record<string, { type: string; is: unknown; other: unknown }> = {
    whole: { type: 'integer', is: 42, other: 43 },
    big: { type: 'bigint', is: 9_007_199_254_740_993n, other: 9_007_199_254_740_992n },
    exact: { type: sqlite ? 'numeric' : 'numeric(10,2)', is: 1.5, other: 1.25 },
    loose: { type: DOUBLE[at.dialect], is: 0.1, other: 0.2 },
    words: { type: 'text', is: 'Zoë "x"\n', other: 'zoë "x"\n' },
    ...(sqlite ? { nocase: { type: 'text COLLATE NOCASE', is: 'abc', other: 'ABC' } } : {}),
    short: { type: 'varchar(5)', is: 'abc', other: 'abcd' },
    flag: { type: 'boolean', is: true, other: false },
    data: {
      type: at.dialect === 'postgresql' ? 'jsonb' : 'json',
      is: { b: [1, null], a: 'x' },
      other: { b: [1], a: 'x' },
    },
    day: { type: 'date', is: '2026-11-05', other: '2026-11-06' },
    at: {
      type: { sqlite: 'datetime', postgresql: 'timestamptz(0)', mysql: 'datetime' }[at.dialect],
      is: new Date(1_793_872_800_000),
      other: new Date(0),
    },
    ...(at.dialect === 'mysql'
      ? {
          nocase: { type: 'varchar(50) COLLATE utf8mb4_general_ci', is: 'abc', other: 'ABC' },
          padded: { type: 'varchar(50) COLLATE utf8mb4_general_ci', is: 'abc', other: 'abc ' },
          char: { type: 'char(5)', is: 'abc ', other: 'abcd' },
          single: { type: 'float', is: 0.1, other: 0.2 },
          small: { type: 'tinyint unsigned', is: 200, other: 201 },
          mood: { type: "enum('ok','sad')", is: 'ok', other: 'sad' },
          stamp: { type: 'timestamp(3) NULL', is: new Date(1_793_872_800_123), other: new Date(1_000) },
          clock: { type: 'time(2)', is: '10:11:12.5', other: '10:11:12.51' },
          bits: { type: 'bit(1)', is: true, other: false },
        }
      : {}),
    ...(at.dialect !== 'postgresql'
      ? {}
      : {
          raw: { type: 'json', is: { a: 1 }, other: { a: 2 } },
          list: { type: 'text[]', is: ['a', 'b,"'], other: ['a'] },
        }),
  }
  const names = Object.keys(types)
  let table: UserTable

  beforeAll(async () => {
    const columns = names.map((name) => `"${name}" ${types[name]?.type}`).join(', ')
    await at.run(`CREATE TABLE d (id integer PRIMARY KEY, refreshed_at ${INSTANT[at.dialect]}, ${columns})`)
    const first = instantLiteral(at.dialect, '2026-01-01T00:00:00.000Z')
    await at.run(`INSERT INTO d (id, refreshed_at) VALUES (1, '${first}'), (2, NULL)`)
    table = await at.table({ table: 'd', key: 'id', refreshedAt: 'refreshed_at' })
  })

  const encoded = (values: Record<string, unknown>) => {
    const result = encodeValues(table, values)
    if ('problem' in result) throw new Error(result.problem)
    return result.values
  }

  describe.each(names)('%s', (name) => {
    it('is the same as what was written, and differs from anything else, and from NULL', async () => {
      const { updateRecords } = await import('../write/update-records.ts')
      const values = encoded({ [name]: types[name]?.is })
      await at.transaction((tx) =>
        updateRecords(tx, table, [{ key: '2', selectedAt: '2100-01-01T00:00:00.000Z', values }], new Date(0)),
      )
      const same = await differences(at.db, table, [{ key: '2', values }])
      expect(same.get('2')).toMatchObject({ from: new Map() })
      const other = await differences(at.db, table, [{ key: '2', values: encoded({ [name]: types[name]?.other }) }])
      expect(other.get('2')).toMatchObject({ from: new Map([[name, expect.any(String)]]) })
      const none = await differences(at.db, table, [{ key: '2', values: { [name]: null } }])
      expect(none.get('2')).toMatchObject({ from: new Map([[name, expect.any(String)]]) })
      const missing = await differences(at.db, table, [{ key: '1', values: { [name]: null } }])
      expect(missing.get('1')).toMatchObject({ from: new Map() })
    })
  })

  it('tells records of different columns together, those that are gone not at all, and when each was refreshed', async () => {
    const found = await differences(at.db, table, [
      { key: '1', values: encoded({ whole: 7, words: 'seven' }) },
      { key: '3', values: encoded({ whole: 7, words: 'seven' }) },
      { key: '2', values: encoded({ short: 'x' }) },
    ])
    expect([...found.keys()].sort()).toEqual(['1', '2'])
    const stamp = sqlite ? '2026-01-01T00:00:00.000Z' : '2026-01-01T00:00:00.000000Z'
    const from = new Map([
      ['whole', null],
      ['words', null],
    ])
    expect(found.get('1')).toEqual({ refreshedAt: stamp, from })
  })

  it('shows the beginning of a long value', async () => {
    await at.run(`UPDATE d SET words = '${'x'.repeat(1_000)}' WHERE id = 1`)
    const found = await differences(at.db, table, [{ key: '1', values: encoded({ words: 'y' }) }])
    expect(found.get('1')).toMatchObject({ from: new Map([['words', 'x'.repeat(200)]]) })
  })

  it('more columns than a function takes arguments', async () => {
    const wide = Array.from({ length: 200 }, (_, n) => `c${n}`)
    await at.run(`CREATE TABLE wide (id integer PRIMARY KEY, ${wide.map((name) => `${name} text`).join(', ')})`)
    await at.run('INSERT INTO wide (id) VALUES (1)')
    const described = await at.table({ table: 'wide', key: 'id' })
    const values = Object.fromEntries(wide.map((name, n) => [name, n === 150 ? 'new' : null]))
    const found = await differences(at.db, described, [{ key: '1', values }])
    expect(found.get('1')).toEqual({ refreshedAt: null, from: new Map([['c150', null]]) })
  })

  if (at.dialect === 'postgresql') {
    it('values that a domain refuses stand alone, and spoil no others', async () => {
      await at.run("CREATE DOMAIN named AS text CHECK (VALUE <> 'no')", 'ALTER TABLE d ADD COLUMN dom named')
      const described = await at.table({ table: 'd', key: 'id', refreshedAt: 'refreshed_at' })
      const found = await differences(at.db, described, [
        { key: '1', values: { dom: 'no' } },
        { key: '2', values: { dom: 'yes' } },
      ])
      expect(found.get('1')).toContain('named')
      expect(found.get('2')).toMatchObject({ from: new Map([['dom', null]]) })
    })
  }

  it('looks the records up by their key', async () => {
    await at.run(
      `CREATE TABLE many (id integer PRIMARY KEY, a text)`,
      `INSERT INTO many SELECT n, 'a' FROM ${numberedSql(at.dialect, sqlite ? 5_000 : 100_000)}`,
    )
    if (!sqlite) await at.run('ANALYZE many')
    const described = await at.table({ table: 'many', key: 'id' })
    const proposed = Array.from({ length: 100 }, (_, n) => ({ key: String(n + 1), values: { a: 'b' } }))
    const columns = described.columns.filter(({ name }) => name === 'a')
    expect(await at.plan(differencesSql(described, columns, proposed))).not.toMatch(SCANS_R[at.dialect])
  })
})
