import { expect, it } from 'vitest'
import { onPostgresql, type TestDatabase } from '../../../../test/support/store/test-databases.ts'
import { inTransaction, NOW, update } from '../../../../test/support/store/test-updates.ts'
import type { ColumnValues } from '../../../domain/values/record.ts'
import { sql } from '../../sql.ts'
import { readRecords } from '../read/read-records.ts'

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

  it('updates across partitions', async () => {
    await at.run(
      'CREATE TABLE parted (id bigint PRIMARY KEY, at timestamptz, n integer) PARTITION BY HASH (id)',
      'CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0)',
      'CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
      'INSERT INTO parted SELECT generate_series(1, 10)',
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
    const result = await inTransaction(
      at,
      parted,
      ['1', '4', '11'].map((key) => update(parted, key, { n: 2 })),
    )
    expect(result).toMatchObject({ updated: ['4'], superseded: ['1'], changed: [], gone: ['11'] })
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
