import { beforeAll, describe, expect, it } from 'vitest'
import { INSTANT, KEY_TEXT, numberedSql, SCANS_R } from '../../../../test/support/databases/of-database.ts'
import {
  onEachDatabase,
  onPostgresql,
  onSqlite,
  type TestDatabase,
} from '../../../../test/support/store/test-databases.ts'
import type { Condition } from '../../../domain/values/where.ts'
import { sql } from '../../sql.ts'
import { tableSql, type UserTable } from '../user-table.ts'
import { MAX_COMPARISONS, MAX_DEPTH } from './parse-operators.ts'
import { parseWhere } from './parse-where.ts'
import { whereSql } from './where-sql.ts'

function conditionOf(json: unknown, table: UserTable): Condition {
  const parsed = parseWhere(json, table, 'where')
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return parsed.condition
}

const selecting = (json: unknown, table: UserTable) =>
  sql`SELECT r.id FROM ${tableSql(table)} AS r WHERE ${whereSql(conditionOf(json, table), table, 'r')} ORDER BY r.id`

async function selected(at: TestDatabase, table: UserTable, json: unknown): Promise<number[]> {
  const rows = await at.db.$queryRaw<{ id: number }[]>(selecting(json, table))
  return rows.map(({ id }) => Number(id))
}

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'
  const mysql = at.dialect === 'mysql'
  let people: UserTable

  beforeAll(async () => {
    await at.run(
      `CREATE TABLE people (id integer PRIMARY KEY, email ${KEY_TEXT[at.dialect]}, "we""ird; --" text, age integer, big bigint,
        seen ${sqlite ? 'datetime' : INSTANT[at.dialect]}, stamp ${sqlite ? 'integer' : mysql ? 'timestamp NULL' : 'timestamp'})`,
      'CREATE INDEX by_email ON people (email)',
      'CREATE INDEX by_age ON people (age)',
      'CREATE INDEX by_big ON people (big)',
      'CREATE INDEX by_seen ON people (seen)',
      'CREATE INDEX by_stamp ON people (stamp)',
    )
    const stamp = {
      sqlite: '1767225600000 + id * 1000',
      postgresql: "timestamp '2026-01-01' + id * interval '1 second'",
      mysql: "timestamp'2026-01-01 00:00:00' + interval id second",
    }[at.dialect]
    const seen = {
      sqlite: "datetime('2020-01-01', id || ' hours')",
      postgresql: "timestamptz '2020-01-01Z' + id * interval '1 hour'",
      mysql: "timestamp'2020-01-01 00:00:00' + interval id hour",
    }[at.dialect]
    await at.run(
      `INSERT INTO people SELECT id, 'person' || id || '@example.com', 'it''s ' || id, id, id, ${seen}, ${stamp}
        FROM (SELECT n AS id FROM ${numberedSql(at.dialect, 20_000)}) AS ids`,
      mysql ? 'ANALYZE people' : 'ANALYZE',
    )
    people = await at.table({ table: 'people', key: 'id', refreshedAt: 'stamp' })
  })

  it.each([
    [{ email: 'person7@example.com' }],
    [{ email: { in: ['person7@example.com', 'person8@example.com'] } }],
    [{ age: { lt: 5 } }],
    [{ age: { in: [5, 6] } }],
    [{ big: '7' }],
    [{ big: { in: ['7', '8'] } }],
    [{ seen: { lt: '2020-01-01T05:00:00Z' } }],
    [{ seen: '2020-02-01T05:00:00Z' }],
    [{ stamp: { gt: '2026-01-01T05:33:10Z' } }],
    [{ stamp: new Date('2026-01-01T00:00:05Z') }],
    [{ id: 7 }],
    ...(sqlite ? [[{ email: { startsWith: 'person77' } }], [{ email: { startsWith: 'person77[x]' } }]] : []),
  ] as [unknown][])('uses the index of the column: %j', async (json) => {
    const plan = await at.plan(selecting(json, people))
    expect(plan).not.toMatch(sqlite ? /SCAN (?!json_each)/ : SCANS_R[at.dialect])
  })

  it('compares instants as what they are, whatever the session writes', async () => {
    expect(await selected(at, people, { seen: { lte: '2020-01-01T04:00:00+02:00' } })).toEqual([1, 2])
    expect(await selected(at, people, { stamp: { lte: new Date('2026-01-01T00:00:02Z') } })).toEqual([1, 2])
    expect(await selected(at, people, { stamp: { in: ['2026-01-01T00:00:02Z', '2026-01-01T00:00:09Z'] } })).toEqual([
      2, 9,
    ])
    expect(await selected(at, people, { seen: { in: ['2020-01-01T02:00:00Z', '2020-01-01T09:00:00Z'] } })).toEqual([
      2, 9,
    ])
  })

  it('never lets a value or a name be anything else', async () => {
    const evil = [`' OR 1=1; --`, `"; DROP TABLE people; --`, '%', '$1', '?', `\\'`, `'); DELETE FROM people; --`]
    for (const value of evil) {
      expect(await selected(at, people, { email: value })).toEqual([])
      expect(await selected(at, people, { email: { in: evil } })).toEqual([])
      expect(await selected(at, people, { email: { contains: value } })).toEqual([])
    }
    expect(await selected(at, people, { 'we"ird; --': "it's 5" })).toEqual([5])
    expect(await selected(at, people, { email: { contains: '@example' }, age: { lt: 3 } })).toEqual([1, 2])
  })

  it('takes the deepest and the widest condition that the parser lets through', async () => {
    let deep: unknown = { age: 5 }
    for (let i = 0; i < MAX_DEPTH - 2; i++) deep = { NOT: deep }
    expect(await selected(at, people, deep)).toEqual([5])
    const wide = Array.from({ length: MAX_COMPARISONS }, (_, i) => ({ age: i * 2 }))
    expect(await selected(at, people, { OR: wide })).toHaveLength(MAX_COMPARISONS - 1)
    const nested = Array.from({ length: MAX_DEPTH / 2 - 2 }).reduce(
      (of: unknown) => ({ OR: [{ age: 1 }, { NOT: { age: { gt: 2 } } }, { AND: [of] }] }),
      { age: 5 },
    )
    expect(await selected(at, people, nested)).toEqual([1, 2, 5])
    expect(await selected(at, people, { age: { in: Array.from({ length: 20_000 }, (_, i) => i * 3) } })).toHaveLength(
      6_666,
    )
  })

  it('refuses a column that the table no longer has', () => {
    expect(() => whereSql({ kind: 'compare', column: 'x', op: 'equals', value: '1' }, people, 'r')).toThrow(
      'no column "x"',
    )
  })
})

onSqlite((at) => {
  it('leaves out records without a key', async () => {
    await at.run('CREATE TABLE loose (id text PRIMARY KEY, n integer)', "INSERT INTO loose VALUES (NULL, 1), ('1', 1)")
    const loose = await at.table({ table: 'loose', key: 'id' })
    expect(await selected(at, loose, {})).toEqual([1])
    expect(await selected(at, loose, { OR: [{ n: 1 }, { n: 2 }] })).toEqual([1])
  })

  it('reads text instants in every form that SQLite does', async () => {
    await at.run(
      'CREATE TABLE stamped (id integer PRIMARY KEY, at datetime)',
      `INSERT INTO stamped VALUES (1, '2026-01-01'), (2, '2026-01-01 00:00:00'), (3, '2026-01-01T00:00:00.000+00:00'),
        (4, '2025-12-31T14:00:00-10:00'), (5, '2026-01-01T14:00+14:00'), (6, 1767225600000), (7, NULL), (8, 'never'),
        (9, '9999-12-31T23:59:59Z'), (10, '0001-01-01T00:00:00Z')`,
    )
    const stamped = await at.table({ table: 'stamped', key: 'id' })
    expect(await selected(at, stamped, { at: '2026-01-01' })).toEqual([1, 2, 3, 4, 5, 6])
    expect(await selected(at, stamped, { at: { lt: '2026-01-01' } })).toEqual([10])
    expect(await selected(at, stamped, { at: { gt: '2026-01-01' } })).toEqual([9])
    expect(await selected(at, stamped, { at: { gte: '0001-01-01' } })).toEqual([1, 2, 3, 4, 5, 6, 9, 10])
    expect(await selected(at, stamped, { at: { lte: '9999-12-31T23:59:59Z' } })).toEqual([1, 2, 3, 4, 5, 6, 9, 10])
  })
})

onPostgresql((at) => {
  describe('types of the user', () => {
    let odd: UserTable
    beforeAll(async () => {
      await at.run(
        'CREATE SCHEMA crm',
        `CREATE TYPE crm."Mood" AS ENUM ('sad', 'ok "now"')`,
        'CREATE DOMAIN short AS varchar(5)',
        `CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
        `CREATE TABLE odd (id integer PRIMARY KEY, mood crm."Mood", code short, padded char(5), name text COLLATE loose, uid uuid, at time, ratio real)`,
        `INSERT INTO odd VALUES (1, 'sad', 'AB', 'ab', 'Ünal', '550e8400-e29b-41d4-a716-446655440000', '10:30', 0.1),
          (2, 'ok "now"', 'ab', 'x_b', 'anna', NULL, '09:00:00.5', 0.2)`,
      )
      odd = await at.table({ table: 'odd', key: 'id' })
    })

    it('compare as what they are', async () => {
      expect(await selected(at, odd, { mood: 'ok "now"' })).toEqual([2])
      expect(await selected(at, odd, { mood: { in: ['sad', 'ok "now"'] } })).toEqual([1, 2])
      expect(await selected(at, odd, { code: { in: ['AB'] } })).toEqual([1])
      expect(await selected(at, odd, { padded: 'ab' })).toEqual([1])
      expect(await selected(at, odd, { padded: { in: ['ab', 'x_b'] } })).toEqual([1, 2])
      expect(await selected(at, odd, { uid: '{550E8400-E29B-41D4-A716-446655440000}' })).toEqual([1])
      expect(await selected(at, odd, { at: { lt: '10:00' } })).toEqual([2])
      expect(await selected(at, odd, { ratio: 0.1 })).toEqual([1])
    })

    it('match text by its letters, whatever their collation takes for equal', async () => {
      expect(await selected(at, odd, { padded: { endsWith: 'b' } })).toEqual([1, 2])
      expect(await selected(at, odd, { padded: { contains: '_' } })).toEqual([2])
      expect(await selected(at, odd, { name: { startsWith: 'A' } })).toEqual([])
      expect(await selected(at, odd, { name: { startsWith: 'a' } })).toEqual([2])
      expect(await selected(at, odd, { name: 'ANNA' })).toEqual([2])
    })
  })
})
