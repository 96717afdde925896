import { beforeAll, describe, expect, it } from 'vitest'
import { sql } from '../sql.ts'
import { readRecords, readSql } from './read-records.ts'
import { onEachDatabase, onPostgresql, onSqlite } from './test-databases.ts'

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'
  const counting = (to: number) =>
    sqlite
      ? `WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${to})`
      : `WITH s AS (SELECT generate_series(1, ${to}) AS n)`

  describe('keys', () => {
    const uuid = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`
    const kinds = {
      ints: { type: 'integer', value: 'n', key: (n: number) => String(n) },
      bigs: {
        type: 'bigint',
        value: '9007199254740992 + n',
        key: (n: number) => String(9007199254740992n + BigInt(n)),
      },
      texts: { type: 'text', value: `'k"\\{},''' || n`, key: (n: number) => `k"\\{},'${n}` },
      uuids: {
        type: 'uuid',
        value: sqlite ? "printf('00000000-0000-0000-0000-%012d', n)" : "lpad(n::text, 32, '0')::uuid",
        key: uuid,
      },
    }
    const names = Object.keys(kinds) as (keyof typeof kinds)[]

    beforeAll(async () => {
      for (const name of names) {
        const { type, value } = kinds[name]
        const source = `${counting(sqlite ? 3_000 : 50_000)} INSERT INTO`
        await at.run(
          `CREATE TABLE ${name} (id ${type} PRIMARY KEY NOT NULL, n integer)`,
          `${source} ${name} SELECT ${value}, n FROM s`,
        )
        if (!sqlite) continue
        await at.run(
          `CREATE TABLE ${name}_wr (id ${type} PRIMARY KEY NOT NULL, n integer) WITHOUT ROWID`,
          `${source} ${name}_wr SELECT ${value}, n FROM s`,
        )
      }
      await at.run('ANALYZE')
    })

    it.each(names)('of every kind find their records: %s', async (name) => {
      const table = await at.table({ table: name, key: 'id' })
      const keys = [5, 1, 2_999, 1_000_000].map(kinds[name].key)
      const found = await readRecords(at.db, table, keys)
      expect([...found.keys()].sort()).toEqual(keys.slice(0, 3).sort())
      expect(keys.slice(0, 3).map((key) => found.get(key)?.row.n)).toEqual([5, 1, 2_999])
      expect(await readRecords(at.db, table, [])).toEqual(new Map())
    })

    it.each(names)('lead to the records by their index: %s', async (name) => {
      const keys = Array.from({ length: 100 }, (_, i) => kinds[name].key(i))
      const plan = await at.plan(readSql(await at.table({ table: name, key: 'id' }), keys))
      expect(plan).not.toMatch(sqlite ? /SCAN (?!k )/ : /Seq Scan/)
    })
  })

  it('reads two hundred columns, with names of all sorts', async () => {
    const odd = [
      '__proto__',
      'constructor',
      'a.b',
      'say "hi"',
      "it's",
      'x; DROP TABLE wide',
      'ÄÖ',
      '?',
      '$1',
      ':p',
      'select',
    ]
    const columns = [...odd, ...Array.from({ length: 199 - odd.length }, (_, i) => `c${i}`)]
    await at.run(
      `CREATE TABLE wide (id integer PRIMARY KEY, ${columns.map((name) => `"${name.replaceAll('"', '""')}" text`).join(', ')})`,
      `INSERT INTO wide VALUES (1, ${columns.map((_, i) => `'v${i}'`).join(', ')})`,
    )
    const row = (await readRecords(at.db, await at.table({ table: 'wide', key: 'id' }), ['1'])).get('1')?.row ?? {}
    expect(Object.keys(row)).toEqual(['id', ...columns])
    expect(Object.values(row)).toEqual([1, ...columns.map((_, i) => `v${i}`)])
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
  })

  it('reads text as it is', async () => {
    const texts = [
      '',
      ' ',
      'NULL',
      '"',
      '\\',
      '\n\t\r',
      '\u2028',
      '\u{1f600}',
      '[1]',
      '{"a":1}',
      'é'.repeat(10_000),
      '\u0001\u001f\u007f',
    ]
    await at.run('CREATE TABLE texts_read (id integer PRIMARY KEY, t text)')
    for (const [i, text] of texts.entries()) {
      await at.db.$executeRaw(sql`INSERT INTO texts_read VALUES (${i}, ${text})`)
    }
    const table = await at.table({ table: 'texts_read', key: 'id' })
    const read = await readRecords(
      at.db,
      table,
      texts.map((_, i) => String(i)),
    )
    expect(texts.map((_, i) => read.get(String(i))?.row.t)).toEqual(texts)
  })
})

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

onPostgresql((at) => {
  it('reads each kind of column, whatever the session writes', async () => {
    await at.run(
      "CREATE TYPE mood AS ENUM ('sad', 'ok')",
      'CREATE DOMAIN moment AS timestamptz',
      `CREATE TABLE kinds (id integer PRIMARY KEY, small smallint, big bigint, n numeric, r real, d double precision, f boolean, c char(5),
        u uuid, j json, jb jsonb, tz timestamptz, dm moment, ts timestamp, day date, tm time, x bytea, m mood, ip inet, iv interval,
        texts text[], bigs bigint[], nums numeric[], tzs timestamptz[], tss timestamp[], blobs bytea[], moods mood[], grid integer[], docs jsonb[], flags boolean[])`,
      `INSERT INTO kinds VALUES (1, 5, 9223372036854775807, 123456789012345678901234567890.10, 0.1, 0.1, true, 'ab',
        '550E8400-E29B-41D4-A716-446655440000', '{"a" : [1]}', '{"b": null}', '2026-01-01T00:00:00.123456Z', '2026-01-01T00:00:00Z',
        '2026-01-01T00:00:00.5', '2026-01-02', '10:30:00.5', '\\x00ff', 'ok', '10.0.0.1/8', '1 day 2 hours',
        '{a,NULL,"NULL"}', '{9007199254740993,1}', '{1.10,NaN}', '{"2026-01-01T00:00:00.123Z",infinity}', '{2026-01-01}', '{"\\\\x00ff"}',
        '{sad,ok}', '{{1,2},{3,NULL}}', '{"{\\"a\\": 1}"}', '{t,f}')`,
      `INSERT INTO kinds (id, big, n, r, d, tz, ts, jb, texts, day) VALUES
        (2, -9007199254740992, 'NaN', 'Infinity', '-Infinity', 'infinity', '-infinity', 'null', '{}', 'infinity'),
        (3, 9007199254740991, '-0.00', 'NaN', 1e-320, '0044-03-15 BC', '12026-01-01', '"x"', NULL, NULL)`,
    )
    const table = await at.table({ table: 'kinds', key: 'id', refreshedAt: 'tz' })
    const read = await readRecords(at.db, table, ['1', '2', '3'])
    expect(read.get('1')?.row).toEqual({
      id: 1,
      small: 5,
      big: 9223372036854775807n,
      n: '123456789012345678901234567890.10',
      r: 0.1,
      d: 0.1,
      f: true,
      c: 'ab',
      u: '550e8400-e29b-41d4-a716-446655440000',
      j: { a: [1] },
      jb: { b: null },
      tz: new Date('2026-01-01T00:00:00.123Z'),
      dm: new Date('2026-01-01T00:00:00Z'),
      ts: new Date('2026-01-01T00:00:00.500Z'),
      day: '2026-01-02',
      tm: '10:30:00.5',
      x: Buffer.from([0, 255]),
      m: 'ok',
      ip: '10.0.0.1/8',
      iv: '1 2:00:00',
      texts: ['a', null, 'NULL'],
      bigs: [9007199254740993n, 1],
      nums: ['1.10', 'NaN'],
      tzs: [new Date('2026-01-01T00:00:00.123Z'), 'infinity'],
      tss: [new Date('2026-01-01T00:00:00Z')],
      blobs: [Buffer.from([0, 255])],
      moods: ['sad', 'ok'],
      grid: [
        [1, 2],
        [3, null],
      ],
      docs: [{ a: 1 }],
      flags: [true, false],
    })
    expect(read.get('2')?.row).toMatchObject({
      big: -9007199254740992n,
      n: 'NaN',
      r: Number.POSITIVE_INFINITY,
      d: Number.NEGATIVE_INFINITY,
      tz: 'infinity',
      ts: '-infinity',
      jb: null,
      texts: [],
      day: 'infinity',
      small: null,
      x: null,
      bigs: null,
    })
    expect(read.get('3')?.row).toMatchObject({
      big: 9007199254740991,
      n: '0.00',
      r: Number.NaN,
      d: 1e-320,
      jb: 'x',
      texts: null,
    })
    expect([...read.values()].map(({ refreshedAt }) => refreshedAt).slice(0, 2)).toEqual([
      '2026-01-01T00:00:00.123456Z',
      'infinity',
    ])
  })

  it('reads through a view, and a table of another schema', async () => {
    await at.run(
      'CREATE SCHEMA "My Schema"',
      'CREATE TABLE "My Schema"."Odd ""Table""" ("Id" text PRIMARY KEY, n integer)',
      `INSERT INTO "My Schema"."Odd ""Table""" VALUES ('a', 1)`,
      'CREATE VIEW shown AS SELECT "Id" AS ident, n + 1 AS more FROM "My Schema"."Odd ""Table"""',
    )
    const odd = await at.table({ table: '"My Schema"."Odd ""Table"""', key: 'Id' })
    expect((await readRecords(at.db, odd, ['a'])).get('a')?.row).toEqual({ Id: 'a', n: 1 })
    const shown = await at.table({ table: 'shown', key: 'ident' })
    expect((await readRecords(at.db, shown, ['a', 'b'])).get('a')?.row).toEqual({ ident: 'a', more: 2 })
  })
})
