import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { RecordsOptions } from '../../../src/index.ts'
import { INSTANT, KEY_TEXT } from '../../support/databases/of-database.ts'
import { onBothStages } from '../support/on-each-stage.ts'
import { outcomes } from '../support/perform.ts'
import { emailOf, type Stage } from '../support/stage.ts'

const UUIDS = ['0b0e7c3a-0001-4000-8000-000000000001', '0b0e7c3a-0001-4000-8000-00000000000a']

/** Refreshes a table of one's own. */
function refresh(stage: Stage, records: Partial<RecordsOptions>) {
  return stage.run({ records: { eligible: {}, update: { title: 'job_title' }, ...records } })
}

/** Everything that is not spenddown's and not the database's. */
async function catalogue(stage: Stage): Promise<unknown[]> {
  return stage.rows(`SELECT n.nspname || '.' || c.relname || ' ' || c.relkind::text AS it FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT IN ('spenddown', 'pg_catalog', 'pg_toast', 'information_schema')
    UNION ALL SELECT n.nspname || '.' || t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname NOT IN ('spenddown', 'pg_catalog', 'pg_toast', 'information_schema')
    UNION ALL SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('spenddown', 'pg_catalog', 'information_schema')
    UNION ALL SELECT extname FROM pg_extension UNION ALL SELECT nspname FROM pg_namespace WHERE nspname <> 'spenddown'
    ORDER BY 1`)
}

onBothStages((begin, dialect) => {
  const instant = INSTANT[dialect]

  test.each<[string, string, string[]]>([
    ['integer', 'INTEGER', ['-5', '7', '2147483647']],
    ['bigint', 'BIGINT', ['9007199254740993', '-9007199254740993', '3']],
    ['uuid', dialect === 'sqlite' ? 'TEXT' : 'uuid', UUIDS],
    ['text', KEY_TEXT[dialect], [`o'brien "x"`, 'ünï 人', 'a,b', '10', '9']],
  ])('keys of type %s', async (_name, type, keys) => {
    const stage = await begin({ people: 0 })
    await stage.execute(
      `CREATE TABLE own_records (k ${type} PRIMARY KEY, email TEXT, title TEXT, seen ${instant})`,
      ...keys.map(
        (key, at) =>
          `INSERT INTO own_records VALUES ('${key.replaceAll("'", "''")}', '${emailOf(at)}', 'before', NULL)`,
      ),
    )
    const performed = await refresh(stage, { table: 'own_records', key: 'k', refreshedAt: 'seen' })
    expect(Object.keys(outcomes(performed)).toSorted()).toEqual(keys.toSorted())
    expect(performed.summary.records).toMatchObject({ refreshed: keys.length, failed: 0 })
    const rows = await stage.rows(`SELECT k FROM own_records WHERE title <> 'before' AND seen IS NOT NULL`)
    expect(rows.map(({ k }) => String(k)).toSorted()).toEqual(keys.toSorted())
    const plain = keys.filter((key) => !key.includes(','))
    const named = await stage.run(
      {
        records: { table: 'own_records', key: 'k', refreshedAt: 'seen', eligible: {}, update: { title: 'job_title' } },
      },
      { ids: plain.slice(0, 1) },
    )
    expect(outcomes(named)).toEqual({ [plain[0]!]: 'refreshed' })
  })

  test('quoted and mixed-case names', async () => {
    const stage = await begin({ people: 0 })
    await stage.execute(
      `CREATE TABLE "Our People" ("Id" INTEGER PRIMARY KEY, "E-Mail" TEXT, "job ""Title""" TEXT, "select" TEXT, "refreshedAt" ${instant})`,
      ...[1, 2, 3].map((id) => `INSERT INTO "Our People" VALUES (${id}, '${emailOf(id)}', 'before', 'before', NULL)`),
    )
    const { summary } = await stage.run({
      vendor: {
        single: {
          request: (record) => ({ path: '/v1/enrich', query: { email: record['E-Mail'] } }),
          data: (body) => body.data,
        },
      },
      records: {
        table: 'Our People',
        key: 'Id',
        refreshedAt: 'refreshedAt',
        eligible: { 'E-Mail': { contains: '@' } },
        update: { 'job "Title"': 'job_title', select: 'key' },
      },
      job: { where: { Id: { lte: 2 } }, orderBy: [{ Id: 'desc' }] },
    })
    expect(summary.records).toMatchObject({ selected: 2, refreshed: 2 })
    const rows = await stage.rows(`SELECT "Id" AS id, "select" AS it FROM "Our People" ORDER BY "Id"`)
    expect(rows.map(({ it }) => it)).toEqual([emailOf(1), emailOf(2), 'before'])
  })

  test('schema.table', async () => {
    const stage = await begin({ people: 4 })
    if (dialect === 'postgresql') {
      await stage.execute('CREATE SCHEMA "Crm"', 'CREATE TABLE "Crm".people (LIKE public.people INCLUDING ALL)')
      await stage.execute('INSERT INTO "Crm".people SELECT * FROM public.people WHERE id < 3')
    }
    const other = `spenddown_test_${randomBytes(6).toString('hex')}`
    if (dialect === 'mysql') {
      await stage.execute(`CREATE DATABASE ${other}`, `CREATE TABLE ${other}.people LIKE people`)
      await stage.execute(`INSERT INTO ${other}.people SELECT * FROM people WHERE id < 3`)
    }
    const table = { sqlite: 'main.people', postgresql: 'Crm.people', mysql: `${other}.people` }[dialect]
    const { summary } = await stage.run({ records: { table } })
    if (dialect === 'mysql') await stage.execute(`DROP DATABASE ${other}`)
    expect(summary.records.refreshed).toBe(dialect === 'sqlite' ? 4 : 2)
    if (dialect !== 'sqlite') expect(await stage.refreshed()).toEqual([])
  })

  test('two hundred columns, of which one is written', async () => {
    const stage = await begin({ people: 0 })
    const columns = Array.from({ length: 196 }, (_, at) => `c${at} TEXT DEFAULT 'v${at}'`).join(', ')
    await stage.execute(
      `CREATE TABLE wide (id INTEGER PRIMARY KEY, email TEXT, title TEXT, seen ${instant}, ${columns})`,
      ...[1, 2, 3, 4, 5, 6].map((id) => `INSERT INTO wide (id, email) VALUES (${id}, '${emailOf(id)}')`),
    )
    const { summary } = await refresh(stage, {
      table: 'wide',
      refreshedAt: 'seen',
      update: { c195: (data, record) => `${record.c0}${data.job_title === undefined ? '' : '!'}` },
    })
    expect(summary.records.refreshed).toBe(6)
    expect(await stage.rows('SELECT c0, c194, c195 FROM wide WHERE id = 6')).toEqual([
      { c0: 'v0', c194: 'v194', c195: 'v0!' },
    ])
  })

  test('JSON, numeric, boolean, instants and lists are written as their columns hold them', async () => {
    const stage = await begin({ people: 0 })
    const types = {
      sqlite: 'doc JSON, price NUMERIC, active BOOLEAN, at DATETIME, big BIGINT, list JSON',
      postgresql: 'doc jsonb, price numeric(12,4), active boolean, at timestamp, big bigint, list text[]',
      mysql: 'doc JSON, price numeric(12,4), active boolean, at datetime(2), big bigint, list JSON',
    }[dialect]
    await stage.execute(
      `CREATE TABLE typed (id INTEGER PRIMARY KEY, email TEXT, seen ${instant}, ${types})`,
      `INSERT INTO typed (id, email) VALUES (1, '${emailOf(1)}')`,
    )
    const { summary, events } = await refresh(stage, {
      table: 'typed',
      refreshedAt: 'seen',
      update: {
        doc: () => ({ a: [1, null, 'ü"'] }),
        price: () => '1234.5678',
        active: () => true,
        at: () => new Date('2026-03-04T05:06:07.890Z'),
        big: () => 9007199254740993n,
        list: () => ['a', 'b,"c"'],
      },
    })
    expect([summary.records.refreshed, events.find(({ type }) => type === 'item')]).toMatchObject([1, {}])
    const text = (column: string) => `CAST(${column} AS ${dialect === 'mysql' ? 'CHAR' : 'TEXT'}) AS ${column}`
    const [row] = await stage.rows(
      `SELECT ${['doc', 'price', 'active', 'at', 'big', 'list'].map(text).join(', ')} FROM typed`,
    )
    expect(JSON.parse(String(row?.doc))).toEqual({ a: [1, null, 'ü"'] })
    expect(row).toMatchObject({ price: '1234.5678', big: '9007199254740993' })
    expect(row?.active).toBe(dialect === 'postgresql' ? 'true' : '1')
    expect(String(row?.at).replace('T', ' ').replace('Z', '')).toBe(
      '2026-03-04 05:06:07.89'.padEnd(dialect === 'sqlite' ? 23 : 22, '0'),
    )
    expect(row?.list).toBe(dialect === 'postgresql' ? '{a,"b,\\"c\\""}' : '["a","b,\\"c\\""]')
  })

  if (dialect === 'postgresql')
    test('everything of ours is in the schema spenddown, and the table is not altered', async () => {
      const stage = await begin({ people: 6 })
      await stage.execute(
        'CREATE TABLE _prisma_migrations (id text PRIMARY KEY)',
        `INSERT INTO _prisma_migrations VALUES ('theirs')`,
      )
      const columns = () =>
        stage.rows(`SELECT attname, atttypid::text, attnotnull FROM pg_attribute WHERE attrelid = 'people'::regclass`)
      const before = [await catalogue(stage), await columns()]
      const { summary } = await stage.run()
      expect(summary.records.refreshed).toBe(6)
      expect([await catalogue(stage), await columns()]).toEqual(before)
      expect(await stage.rows('SELECT id FROM _prisma_migrations')).toEqual([{ id: 'theirs' }])
      expect(await stage.rows(`SELECT 1 AS one FROM pg_namespace WHERE nspname = 'spenddown'`)).toHaveLength(1)
    })

  if (dialect === 'mysql')
    test('everything of ours begins with spenddown_, and the table is not altered', async () => {
      const stage = await begin({ people: 6 })
      const theirs = () =>
        stage.rows(`SELECT table_name, column_name, column_type, column_key FROM information_schema.columns
          WHERE table_schema = database() AND table_name NOT LIKE 'spenddown\\_%' ORDER BY table_name, ordinal_position`)
      const before = await theirs()
      await stage.run()
      expect(await theirs()).toEqual(before)
      expect(before).toHaveLength(7)
    })

  if (dialect === 'sqlite')
    test('everything of ours begins with spenddown_, and the table is not altered', async () => {
      const stage = await begin({ people: 6 })
      const theirs = () =>
        stage.rows(`SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'spenddown\\_%' ESCAPE '\\'
      AND tbl_name NOT LIKE 'spenddown\\_%' ESCAPE '\\' ORDER BY name`)
      const before = await theirs()
      await stage.run()
      expect((await theirs()).filter(({ name }) => !String(name).startsWith('sqlite_'))).toEqual(before)
      expect(await stage.rows(`SELECT name FROM sqlite_master WHERE name = 'spenddown_run'`)).toHaveLength(1)
    })
})
