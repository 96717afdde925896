import { expect, it } from 'vitest'
import { onPostgresql } from '../../../../test/support/store/test-databases.ts'
import { readRecords } from './read-records.ts'

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

  it('reads a table of another schema', async () => {
    await at.run(
      'CREATE SCHEMA "My Schema"',
      'CREATE TABLE "My Schema"."Odd ""Table""" ("Id" text PRIMARY KEY, n integer)',
      `INSERT INTO "My Schema"."Odd ""Table""" VALUES ('a', 1)`,
    )
    const odd = await at.table({ table: '"My Schema"."Odd ""Table"""', key: 'Id' })
    expect((await readRecords(at.db, odd, ['a'])).get('a')?.row).toEqual({ Id: 'a', n: 1 })
  })
})
