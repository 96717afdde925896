import { beforeEach, describe, expect, it } from 'vitest'
import type { ColumnValues } from '../../domain/record.ts'
import { type Db, sql } from '../sql.ts'
import { encodeValues } from './encode-values.ts'
import { readRecords } from './read-records.ts'
import { onEachDatabase, onPostgresql, onSqlite, type TestDatabase } from './test-databases.ts'
import { type RecordUpdate, updateRecords } from './update-records.ts'
import type { UserTable } from './user-table.ts'

const NOW = new Date('2026-11-05T10:00:00.123Z')

function valuesOf(table: UserTable, values: Record<string, unknown>): ColumnValues {
  const encoded = encodeValues(table, values)
  if ('problem' in encoded) throw new Error(encoded.problem)
  return encoded.values
}

function update(
  table: UserTable,
  key: string,
  values: Record<string, unknown>,
  selectedAt: string | null = null,
): RecordUpdate {
  return { key, selectedAt, values: valuesOf(table, values) }
}

const inTransaction = (at: TestDatabase, table: UserTable, rows: RecordUpdate[]) =>
  at.transaction((tx) => updateRecords(tx, table, rows, NOW))

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'
  let people: UserTable

  beforeEach(async () => {
    await at.run(
      'DROP TABLE IF EXISTS people',
      `CREATE TABLE people (id integer PRIMARY KEY, name text UNIQUE, age integer CHECK (age >= 0), city text, must text NOT NULL DEFAULT '',
        at ${sqlite ? 'text' : 'timestamptz'})`,
    )
    const rows = Array.from({ length: 50 }, (_, i) => `(${i + 1}, 'n${i + 1}', 1, 'old', '2026-01-01T00:00:00.000Z')`)
    await at.run(`INSERT INTO people (id, name, age, city, at) VALUES ${rows.join(', ')}`)
    people = await at.table({ table: 'people', key: 'id', refreshedAt: 'at' })
  })

  const selectedAt = sqlite ? '2026-01-01T00:00:00.000Z' : '2026-01-01T00:00:00.000000Z'
  const cities = async () =>
    (await at.rows<{ city: string }>('SELECT city FROM people ORDER BY id')).map(({ city }) => city)
  const all = (values: (id: number) => Record<string, unknown>, ids = Array.from({ length: 50 }, (_, i) => i + 1)) =>
    ids.map((id) => update(people, String(id), values(id), selectedAt))

  it('writes only the columns given, and stamps the record', async () => {
    const result = await inTransaction(at, people, [
      update(people, '7', { city: 'Paris' }, selectedAt),
      update(people, '9', { age: 5, city: null }, selectedAt),
    ])
    expect(result).toEqual({ updated: ['7', '9'], superseded: [], gone: [], rejected: [] })
    const read = await readRecords(at.db, people, ['7', '9', '8'])
    const stamp = sqlite ? '2026-11-05T10:00:00.123Z' : '2026-11-05T10:00:00.123000Z'
    expect(read.get('7')).toMatchObject({ row: { name: 'n7', age: 1, city: 'Paris' }, refreshedAt: stamp })
    expect(read.get('9')).toMatchObject({ row: { name: 'n9', age: 5, city: null }, refreshedAt: stamp })
    expect(read.get('8')).toMatchObject({ row: { city: 'old' }, refreshedAt: selectedAt })
  })

  it('tells apart what was written, what someone else refreshed, and what is gone', async () => {
    await at.run(
      "UPDATE people SET at = '2026-06-01T00:00:00.000Z', city = 'theirs' WHERE id = 2",
      'DELETE FROM people WHERE id = 3',
      'UPDATE people SET at = NULL WHERE id = 4',
    )
    const result = await inTransaction(
      at,
      people,
      all(() => ({ city: 'ours' }), [1, 2, 3, 4, 60]),
    )
    expect(result).toEqual({ updated: ['1', '4'], superseded: ['2'], gone: ['3', '60'], rejected: [] })
    expect((await cities()).slice(0, 3)).toEqual(['ours', 'theirs', 'ours'])
  })

  it('takes a record that was never refreshed when selected for superseded once it is', async () => {
    const row = (selectedAt: string | null) => [update(people, '1', { city: 'ours' }, selectedAt)]
    expect((await inTransaction(at, people, row(null))).superseded).toEqual(['1'])
    await at.run('UPDATE people SET at = NULL')
    expect((await inTransaction(at, people, row(null))).updated).toEqual(['1'])
  })

  it('writes where the record is older than when selected, or just as old', async () => {
    await at.run("UPDATE people SET at = '2025-01-01T00:00:00.000Z' WHERE id = 1")
    expect(
      (
        await inTransaction(
          at,
          people,
          all(() => ({ city: 'ours' }), [1, 2]),
        )
      ).updated,
    ).toEqual(['1', '2'])
  })

  it('checks nothing, and stamps nothing, without refreshedAt', async () => {
    const plain = await at.table({ table: 'people', key: 'id' })
    const result = await inTransaction(at, plain, [
      update(plain, '1', { city: 'ours' }),
      update(plain, '99', { city: 'ours' }),
    ])
    expect(result).toEqual({ updated: ['1'], superseded: [], gone: ['99'], rejected: [] })
    expect((await readRecords(at.db, people, ['1'])).get('1')?.refreshedAt).toBe(selectedAt)
  })

  it('can stamp alone, and can have nothing to do at all', async () => {
    expect((await inTransaction(at, people, [update(people, '1', {}, selectedAt)])).updated).toEqual(['1'])
    const plain = await at.table({ table: 'people', key: 'id' })
    expect(await inTransaction(at, plain, [update(plain, '1', {}), update(plain, '99', {})])).toMatchObject({
      updated: ['1'],
      gone: ['99'],
    })
    expect(await inTransaction(at, plain, [])).toEqual({
      updated: [],
      superseded: [],
      gone: [],
      rejected: [],
    })
  })

  it('refuses a batch that names a record twice', async () => {
    await expect(
      inTransaction(
        at,
        people,
        all(() => ({ city: 'x' }), [1, 1]),
      ),
    ).rejects.toThrow('names a record twice')
    await expect(inTransaction(at, people, [{ key: '1', selectedAt, values: { 'x"': '1' } }])).rejects.toThrow(
      'no column',
    )
  })

  describe('values that the database refuses', () => {
    it.each([
      ['the first', [1]],
      ['the last', [50]],
      ['several', [1, 2, 17, 31, 50]],
      ['none', []],
      ['all', Array.from({ length: 50 }, (_, i) => i + 1)],
    ])('are rejected alone, the others are written: %s', async (_, bad: number[]) => {
      const result = await inTransaction(
        at,
        people,
        all((id) => ({ age: bad.includes(id) ? -1 : 30, city: 'new' })),
      )
      expect(result.rejected.map(({ key }) => Number(key))).toEqual(bad)
      for (const { problem } of result.rejected) expect(problem).toMatch(/check constraint|CHECK constraint/i)
      expect(result.updated).toHaveLength(50 - bad.length)
      expect(await cities()).toEqual(Array.from({ length: 50 }, (_, i) => (bad.includes(i + 1) ? 'old' : 'new')))
      expect((await readRecords(at.db, people, bad.map(String))).get(String(bad[0]))?.refreshedAt).toBe(
        bad.length > 0 ? selectedAt : undefined,
      )
    })

    it('may be so for each other: the first of two with one name has it', async () => {
      const result = await inTransaction(
        at,
        people,
        all((id) => ({ name: id <= 2 ? 'same' : `new ${id}` })),
      )
      expect(result.rejected.map(({ key }) => key)).toEqual(['2'])
      expect(result.rejected[0]?.problem).toMatch(/unique/i)
      expect(result.updated).toHaveLength(49)
    })

    it('do not hide who else was superseded or gone', async () => {
      await at.run("UPDATE people SET at = '2026-06-01T00:00:00.000Z' WHERE id = 2", 'DELETE FROM people WHERE id = 3')
      const result = await inTransaction(
        at,
        people,
        all((id) => ({ age: id === 1 ? -1 : 2 }), [1, 2, 3, 4]),
      )
      expect(result).toMatchObject({
        updated: ['4'],
        superseded: ['2'],
        gone: ['3'],
        rejected: [{ key: '1' }],
      })
    })

    it('leave the rest of the transaction as it was', async () => {
      await at.transaction(async (tx) => {
        await tx.$executeRaw(sql`UPDATE people SET city = 'before' WHERE id = 50`)
        await updateRecords(
          tx,
          people,
          all(() => ({ age: -1 }), [1, 2]),
          NOW,
        )
        await tx.$executeRaw(sql`UPDATE people SET city = 'after' WHERE id = 49`)
      })
      expect((await cities()).slice(-2)).toEqual(['after', 'before'])
    })
  })

  it("passes the database's other errors on as they are", async () => {
    await at.run('ALTER TABLE people RENAME COLUMN city TO town')
    await expect(
      inTransaction(
        at,
        people,
        all(() => ({ city: 'x' }), [1]),
      ),
    ).rejects.toMatchObject({ code: 'P2010' })
    const broken: Db = { $queryRaw: () => Promise.reject(new Error('gone')), $executeRaw: async () => 0 }
    await expect(updateRecords(broken, people, [update(people, '1', { age: 1 })], NOW)).rejects.toThrow('gone')
  })

  it('says so where a trigger keeps the record as it was', async () => {
    if (sqlite)
      await at.run('CREATE TRIGGER keep BEFORE UPDATE ON people WHEN NEW.id = 1 BEGIN SELECT RAISE(IGNORE); END')
    else {
      await at.run(
        'CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN NEW.id = 1 THEN NULL ELSE NEW END; END $$',
        'CREATE TRIGGER keep BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION keep()',
      )
    }
    const result = await inTransaction(
      at,
      people,
      all(() => ({ city: 'x' }), [1, 2]),
    )
    expect(result).toMatchObject({
      updated: ['2'],
      rejected: [{ key: '1', problem: expect.stringContaining('trigger') }],
    })
  })

  it("gives a trigger's exception in its own words", async () => {
    if (sqlite)
      await at.run(
        "CREATE TRIGGER no BEFORE UPDATE ON people WHEN NEW.id = 1 BEGIN SELECT RAISE(ABORT, 'not this one'); END",
      )
    else {
      await at.run(
        "CREATE OR REPLACE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 1 THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER no BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION no()',
      )
    }
    const result = await inTransaction(
      at,
      people,
      all(() => ({ city: 'x' }), [1, 2]),
    )
    expect(result).toMatchObject({ updated: ['2'], rejected: [{ key: '1', problem: 'not this one' }] })
  })

  it('takes values and names for what they are', async () => {
    const evil = `'); DROP TABLE people; --`
    await at.run(
      'DROP TABLE IF EXISTS "Odd ""T"',
      `CREATE TABLE "Odd ""T" ("K'ey" text PRIMARY KEY NOT NULL, "v"", (1) --" text, "\${x}" text, "?" text, "$1" text)`,
      `INSERT INTO "Odd ""T" ("K'ey") VALUES ('''); DROP TABLE people; --')`,
    )
    const odd = await at.table({ table: '"Odd ""T"', key: "K'ey" })
    const values = Object.fromEntries(odd.columns.slice(1).map(({ name }) => [name, evil]))
    expect((await inTransaction(at, odd, [update(odd, evil, values)])).updated).toEqual([evil])
    expect((await readRecords(at.db, odd, [evil])).get(evil)?.row).toEqual({ "K'ey": evil, ...values })
    expect(await cities()).toHaveLength(50)
  })

  it('writes two hundred columns', async () => {
    const names = Array.from({ length: 199 }, (_, i) => `c${i}`)
    await at.run(
      'DROP TABLE IF EXISTS wide',
      `CREATE TABLE wide (id integer PRIMARY KEY, ${names.map((name) => `${name} text`).join(', ')})`,
      'INSERT INTO wide (id) VALUES (1)',
    )
    const wide = await at.table({ table: 'wide', key: 'id' })
    const values = Object.fromEntries(names.map((name, i) => [name, `v${i}`]))
    expect((await inTransaction(at, wide, [update(wide, '1', values)])).updated).toEqual(['1'])
    expect((await readRecords(at.db, wide, ['1'])).get('1')?.row).toEqual({ id: 1, ...values })
  })
})

onSqlite((at) => {
  const rowOf = async (table: string) => (await at.rows(`SELECT * FROM ${table}`))[0]

  it('stamps as the column is declared, and compares as it holds', async () => {
    await at.run(
      'CREATE TABLE counted (id INTEGER PRIMARY KEY, at INTEGER, n INTEGER)',
      'CREATE TABLE stamped (id INTEGER PRIMARY KEY, at DATETIME, n INTEGER)',
      'INSERT INTO counted VALUES (1, 1000, 0)',
      'INSERT INTO stamped VALUES (1, 1767225600000, 0)',
    )
    const counted = await at.table({ table: 'counted', key: 'id', refreshedAt: 'at' })
    expect((await inTransaction(at, counted, [update(counted, '1', { n: 1 }, '999')])).superseded).toEqual(['1'])
    expect((await inTransaction(at, counted, [update(counted, '1', { n: 1 }, '1001')])).updated).toEqual(['1'])
    expect(await at.rows('SELECT at, typeof(at) AS t FROM counted')).toEqual([{ at: NOW.getTime(), t: 'integer' }])
    const stamped = await at.table({ table: 'stamped', key: 'id', refreshedAt: 'at' })
    expect(
      (await inTransaction(at, stamped, [update(stamped, '1', { n: 1 }, '2025-12-31T23:59:59Z')])).superseded,
    ).toEqual(['1'])
    expect((await inTransaction(at, stamped, [update(stamped, '1', { n: 1 }, '2026-01-01 00:00:00')])).updated).toEqual(
      ['1'],
    )
    expect(await at.rows('SELECT CAST(at AS TEXT) AS at, typeof(at) AS t FROM stamped')).toEqual([
      { at: NOW.toISOString(), t: 'text' },
    ])
  })

  it('stores each value in the class of its column', async () => {
    await at.run(
      'CREATE TABLE kinds (id INTEGER PRIMARY KEY, i INTEGER, r REAL, n DECIMAL(10,2), t TEXT, b BOOLEAN, j JSON, d DATETIME, z VARCHAR(5))',
      'INSERT INTO kinds (id) VALUES (1)',
    )
    const kinds = await at.table({ table: 'kinds', key: 'id' })
    const values = {
      i: '9223372036854775807',
      r: '0.1',
      n: '12.50',
      t: '007',
      b: true,
      j: { a: 1 },
      d: new Date(0),
      z: 12345678,
    }
    expect((await inTransaction(at, kinds, [update(kinds, '1', values)])).updated).toEqual(['1'])
    const types = 'ijrntbdz'
      .split('')
      .map((name) => `typeof(${name}) AS ${name}`)
      .join(', ')
    expect((await at.rows(`SELECT ${types} FROM kinds`))[0]).toEqual({
      i: 'integer',
      j: 'text',
      r: 'real',
      n: 'real',
      t: 'text',
      b: 'integer',
      d: 'text',
      z: 'text',
    })
    expect((await readRecords(at.db, kinds, ['1'])).get('1')?.row).toEqual({
      id: 1,
      i: 9223372036854775807n,
      r: 0.1,
      n: 12.5,
      t: '007',
      b: true,
      j: { a: 1 },
      d: '1970-01-01T00:00:00.000Z',
      z: '12345678',
    })
  })

  it('rejects what a STRICT table, a foreign key or NOT NULL refuses', async () => {
    await at.run(
      'CREATE TABLE parents (id INTEGER PRIMARY KEY)',
      'CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id), must TEXT NOT NULL) STRICT',
      "INSERT INTO children VALUES (1, NULL, 'a'), (2, NULL, 'b'), (3, NULL, 'c')",
    )
    const children = await at.table({ table: 'children', key: 'id' })
    const rows = [
      { key: '1', selectedAt: null, values: { parent: '7', must: 'a' } },
      { key: '2', selectedAt: null, values: { parent: 'x', must: 'a' } },
      { key: '3', selectedAt: null, values: { parent: null, must: null } },
    ]
    const result = await inTransaction(at, children, rows)
    expect(result.rejected.map(({ problem }) => problem)).toEqual([
      'FOREIGN KEY constraint failed',
      'cannot store TEXT value in INTEGER column children.parent',
      'NOT NULL constraint failed: children.must',
    ])
  })

  it("is not led by the table's own conflict rules: no row is deleted, no transaction undone", async () => {
    await at.run(
      'CREATE TABLE rules (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT REPLACE, b TEXT UNIQUE ON CONFLICT ROLLBACK)',
      "INSERT INTO rules VALUES (1, 'a1', 'b1'), (2, 'a2', 'b2'), (3, 'a3', 'b3')",
    )
    const rules = await at.table({ table: 'rules', key: 'id' })
    const result = await inTransaction(at, rules, [
      update(rules, '1', { a: 'a3', b: 'x' }),
      update(rules, '2', { a: 'y', b: 'b3' }),
    ])
    expect(result.rejected.map(({ key }) => key)).toEqual(['1', '2'])
    expect(await at.rows('SELECT id FROM rules')).toHaveLength(3)
  })

  it('gives up where a trigger has undone the whole transaction', async () => {
    await at.run(
      'CREATE TABLE undone (id INTEGER PRIMARY KEY, a TEXT)',
      "INSERT INTO undone VALUES (1, 'a')",
      "CREATE TRIGGER undo BEFORE UPDATE ON undone BEGIN SELECT RAISE(ROLLBACK, 'all undone'); END",
    )
    const undone = await at.table({ table: 'undone', key: 'id' })
    await expect(inTransaction(at, undone, [update(undone, '1', { a: 'b' })])).rejects.toThrow('all undone')
    expect(await rowOf('undone')).toEqual({ id: 1, a: 'a' })
  })
})

onPostgresql((at) => {
  it('heeds the microsecond, and the zone of none but UTC', async () => {
    await at.run(
      'CREATE TABLE zoned (id integer PRIMARY KEY, at timestamptz, n integer)',
      'CREATE TABLE plain (id integer PRIMARY KEY, at timestamp, n integer)',
      "INSERT INTO zoned VALUES (1, '2026-01-01T00:00:00.000002Z', 0)",
      "INSERT INTO plain VALUES (1, '2026-01-01T00:00:00.000002', 0)",
    )
    for (const name of ['zoned', 'plain']) {
      const table = await at.table({ table: name, key: 'id', refreshedAt: 'at' })
      const outcome = async (selectedAt: string) => inTransaction(at, table, [update(table, '1', { n: 1 }, selectedAt)])
      expect((await outcome('2026-01-01T00:00:00.000001Z')).superseded).toEqual(['1'])
      expect((await outcome('2026-01-01T00:00:00.000002Z')).updated).toEqual(['1'])
      expect((await readRecords(at.db, table, ['1'])).get('1')).toMatchObject({
        refreshedAt: '2026-11-05T10:00:00.123000Z',
        row: { at: NOW },
      })
    }
    expect(await at.rows("SELECT to_char(at, 'HH24:MI') AS at FROM plain")).toEqual([{ at: '10:00' }])
  })

  it('writes and reads back every kind of column', async () => {
    await at.run(
      'CREATE SCHEMA "Odd Schema"',
      `CREATE TYPE "Odd Schema"."Mood" AS ENUM ('sad', 'very "ok"')`,
      'CREATE DOMAIN positive AS integer CHECK (VALUE > 0)',
      'CREATE DOMAIN tags AS text[]',
      `CREATE TABLE "Odd Schema"."Kinds" (id uuid PRIMARY KEY, small smallint, big bigint, n numeric, money numeric(10,2), r real, d double precision,
        f boolean, t text, v varchar(3), c char(5), u uuid, j json, jb jsonb, tz timestamptz(3), ts timestamp, day date, tm time, m "Odd Schema"."Mood",
        p positive, texts text[], nums numeric[], moods "Odd Schema"."Mood"[], docs jsonb[], tzs timestamptz[], tagged tags, flags boolean[])`,
      `INSERT INTO "Odd Schema"."Kinds" (id) VALUES ('550e8400-e29b-41d4-a716-446655440000')`,
    )
    const key = '550e8400-e29b-41d4-a716-446655440000'
    const kinds = await at.table({ table: '"Odd Schema"."Kinds"', key: 'id' })
    const values = {
      small: -5,
      big: 9007199254740993n,
      n: '123456789012345678901234567890.123456789',
      money: '12.345',
      r: 0.1,
      d: 0.1,
      f: false,
      t: 'a\nb"\\\'',
      v: '\u{1f600}é!',
      c: 'ab',
      u: key.toUpperCase(),
      j: { b: 1, a: [null] },
      jb: { nested: { deep: null, n: 0.1 } },
      tz: '2026-01-01T00:00:00.123Z',
      ts: new Date('2026-01-01T00:00:00.5Z'),
      day: '2026-01-02',
      tm: '10:30:00.000001',
      m: 'very "ok"',
      p: 1,
      texts: ['a,b', null, '"', ''],
      nums: ['1.10', 2],
      moods: ['sad', 'very "ok"'],
      docs: [{ a: 'x"y' }, null, 'text'],
      tzs: [new Date(0)],
      tagged: ['x'],
      flags: [true, null],
    }
    expect((await inTransaction(at, kinds, [update(kinds, key, values)])).updated).toEqual([key])
    expect((await readRecords(at.db, kinds, [key])).get(key)?.row).toEqual({
      id: key,
      ...values,
      money: '12.35',
      u: key,
      tz: new Date('2026-01-01T00:00:00.123Z'),
      big: 9007199254740993n,
      nums: ['1.10', '2'],
    })
  })

  it('writes null for NULL into JSON, too', async () => {
    await at.run('CREATE TABLE docs (id integer PRIMARY KEY, j jsonb)', `INSERT INTO docs VALUES (1, '{}')`)
    const docs = await at.table({ table: 'docs', key: 'id' })
    await inTransaction(at, docs, [update(docs, '1', { j: null })])
    expect(await at.rows('SELECT j IS NULL AS gone FROM docs')).toEqual([{ gone: true }])
  })

  it('rejects what a domain, an enum, a length or an index refuses, without the value in the words', async () => {
    await at.run(
      "CREATE TYPE size AS ENUM ('s', 'm')",
      'CREATE DOMAIN small_number AS integer CHECK (VALUE < 10)',
      'CREATE TABLE strict (id integer PRIMARY KEY, s size, n small_number, v varchar(3), m numeric(4,2), i integer, long text)',
      'CREATE INDEX ON strict (long)',
      'INSERT INTO strict SELECT generate_series(1, 7)',
    )
    const strict = await at.table({ table: 'strict', key: 'id' })
    const bad: ColumnValues[] = [
      { s: 'secret' },
      { n: '50' },
      { v: 'secret' },
      { m: '123456' },
      { i: 'secret' },
      { i: '99999999999' },
    ]
    const noise = Array.from({ length: 12_000 }, (_, i) => (i * 7919 * 7919).toString(36)).join('')
    const rows = [...bad, { long: noise }].map((values, i) => ({
      key: String(i + 1),
      selectedAt: null,
      values,
    }))
    const { rejected } = await inTransaction(at, strict, rows)
    expect(rejected.map(({ problem }) => problem)).toEqual([
      'invalid input value for enum size',
      expect.stringContaining('violates check constraint'),
      'value too long for type character varying(3)',
      'numeric field overflow',
      'invalid input syntax for type integer',
      'value is out of range for type integer',
      expect.stringContaining('index row'),
    ])
  })

  it('rejects what a trigger raises with a code of its own', async () => {
    await at.run(
      'CREATE TABLE custom (id integer PRIMARY KEY, a integer)',
      'INSERT INTO custom VALUES (1, 0), (2, 0)',
      "CREATE FUNCTION custom() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.a < 0 THEN RAISE SQLSTATE 'ZX001' USING MESSAGE = 'below zero'; END IF; RETURN NEW; END $$",
      'CREATE TRIGGER custom BEFORE UPDATE ON custom FOR EACH ROW EXECUTE FUNCTION custom()',
    )
    const custom = await at.table({ table: 'custom', key: 'id' })
    const result = await inTransaction(at, custom, [update(custom, '1', { a: -1 }), update(custom, '2', { a: 1 })])
    expect(result).toMatchObject({ updated: ['2'], rejected: [{ key: '1', problem: 'below zero' }] })
  })

  it('rejects now what a deferred constraint would refuse at commit', async () => {
    await at.run(
      'CREATE TABLE late (id integer PRIMARY KEY, boss integer REFERENCES late DEFERRABLE INITIALLY DEFERRED)',
      'INSERT INTO late SELECT generate_series(1, 5)',
    )
    const late = await at.table({ table: 'late', key: 'id' })
    const result = await inTransaction(
      at,
      late,
      [1, 2, 3, 4, 5].map((id) => update(late, String(id), { boss: id === 3 ? 99 : 1 })),
    )
    expect(result).toMatchObject({
      updated: ['1', '2', '4', '5'],
      rejected: [{ key: '3', problem: expect.stringContaining('foreign key') }],
    })
  })

  it('waits for another writer, and then finds the record superseded', async () => {
    await at.run(
      'CREATE TABLE raced (id integer PRIMARY KEY, at timestamptz, n integer)',
      'INSERT INTO raced VALUES (1, NULL, 0)',
    )
    const raced = await at.table({ table: 'raced', key: 'id', refreshedAt: 'at' })
    let ours: Promise<{ superseded: string[] }> | undefined
    await at.transaction(async (theirs) => {
      await theirs.$executeRaw(sql`UPDATE raced SET at = now(), n = 1 WHERE id = 1`)
      ours = inTransaction(at, raced, [update(raced, '1', { n: 2 })])
      await blocked(at)
    })
    expect((await ours)?.superseded).toEqual(['1'])
    expect(await at.rows('SELECT n FROM raced')).toEqual([{ n: 1 }])
  })

  it('updates through a view, and across partitions', async () => {
    await at.run(
      'CREATE TABLE parted (id bigint PRIMARY KEY, at timestamptz, n integer) PARTITION BY HASH (id)',
      'CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0)',
      'CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
      'INSERT INTO parted SELECT generate_series(1, 10)',
      'CREATE VIEW viewed AS SELECT id AS ident, at AS refreshed, n AS number FROM parted WHERE id < 9',
    )
    const parted = await at.table({ table: 'parted', key: 'id', refreshedAt: 'at' })
    expect(
      (
        await inTransaction(
          at,
          parted,
          ['1', '2', '3'].map((key) => update(parted, key, { n: 1 })),
        )
      ).updated,
    ).toEqual(['1', '2', '3'])
    const viewed = await at.table({ table: 'viewed', key: 'ident', refreshedAt: 'refreshed' })
    const result = await inTransaction(
      at,
      viewed,
      ['1', '4', '9'].map((key) => update(viewed, key, { number: 2 })),
    )
    expect(result).toMatchObject({ updated: ['4'], superseded: ['1'], gone: ['9'] })
  })
})

/** Resolves once a session of the database waits for a lock. */
async function blocked(at: TestDatabase): Promise<void> {
  for (;;) {
    const waiting = await at.rows(
      "SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    if (waiting.length > 0) return
  }
}
