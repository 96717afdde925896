import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { onPostgresql } from '../../../../test/support/store/test-databases.ts'
import { raw } from '../../sql.ts'
import { findColumn } from '../user-table.ts'
import { checkUpdate } from './check-columns.ts'
import { describeTable, type TableWanted } from './describe-table.ts'

onPostgresql((at) => {
  const problemsOf = async (wanted: TableWanted) => {
    const described = await describeTable(at.db, at.dialect, wanted)
    return 'problems' in described ? described.problems : []
  }

  describe('finding the table', () => {
    beforeAll(async () => {
      await at.run(
        'CREATE SCHEMA crm',
        'CREATE SCHEMA "Old CRM"',
        'CREATE TABLE people (id integer PRIMARY KEY)',
        'CREATE TABLE crm.people (id bigint PRIMARY KEY)',
        'CREATE TABLE crm.contacts (id uuid PRIMARY KEY)',
        'CREATE TABLE "Old CRM"."People" ("Id" text PRIMARY KEY)',
        'CREATE TABLE "Duplicate" (id integer PRIMARY KEY)',
        'CREATE TABLE "DUPLICATE" (id integer PRIMARY KEY)',
      )
    })

    it('follows the search path for a bare name, and the schema where one is given', async () => {
      expect((await at.table({ table: 'people', key: 'id' })).label).toBe('public.people')
      expect((await at.table({ table: 'crm.people', key: 'id' })).label).toBe('crm.people')
      expect((await at.table({ table: 'CRM.PEOPLE', key: 'id' })).label).toBe('crm.people')
      expect((await at.table({ table: '"Old CRM".People', key: 'Id' })).label).toBe('Old CRM.People')
    })

    it('points to a table that only another schema has', async () => {
      expect(await problemsOf({ table: 'contacts', key: 'id' })).toMatchObject([
        { hint: 'Did you mean `crm.contacts`?' },
      ])
    })

    it('asks which, where capitals alone tell two tables apart', async () => {
      expect(await problemsOf({ table: 'duplicate', key: 'id' })).toMatchObject([
        { found: '"duplicate"', hint: expect.stringContaining('public.Duplicate') },
      ])
      expect((await at.table({ table: 'DUPLICATE', key: 'id' })).name).toBe('DUPLICATE')
    })
  })

  describe('what can be updated', () => {
    beforeAll(async () => {
      await at.run(
        'CREATE TABLE staff (id integer PRIMARY KEY, email text NOT NULL UNIQUE, age integer, seen timestamptz)',
        'CREATE VIEW adults AS SELECT * FROM staff WHERE age > 17',
        'CREATE MATERIALIZED VIEW frozen AS SELECT * FROM staff',
        'CREATE TABLE measured (id bigint, at timestamptz, PRIMARY KEY (id)) PARTITION BY HASH (id)',
        'CREATE TABLE measured_0 PARTITION OF measured FOR VALUES WITH (MODULUS 1, REMAINDER 0)',
        'CREATE TABLE by_day (id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)',
        "CREATE TABLE by_day_1 PARTITION OF by_day FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        'CREATE UNIQUE INDEX ON by_day_1 (id)',
        'CREATE TABLE computed (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 2) STORED)',
        'CREATE TABLE late (id integer PRIMARY KEY, boss integer REFERENCES late DEFERRABLE INITIALLY DEFERRED)',
      )
    })

    it('does not take columns that an index only carries along for a part of the key', async () => {
      await at.run('CREATE TABLE covered (id integer, a integer, b integer, PRIMARY KEY (id) INCLUDE (a))')
      await at.run('CREATE UNIQUE INDEX ON covered (b) INCLUDE (a)', 'ALTER TABLE covered ALTER b SET NOT NULL')
      expect((await at.table({ table: 'covered', key: 'id' })).key.name).toBe('id')
      expect((await at.table({ table: 'covered', key: 'b' })).key.name).toBe('b')
      expect(await problemsOf({ table: 'covered', key: 'a' })).toMatchObject([{ hint: 'The primary key is `id`.' }])
    })

    it('takes partitioned tables', async () => {
      expect((await at.table({ table: 'measured', key: 'id', refreshedAt: 'at' })).key.kind).toBe('bigint')
    })

    it('is not misled by the unique index of a single partition', async () => {
      expect(await problemsOf({ table: 'by_day', key: 'id' })).toMatchObject([
        { found: '"id", only a part of the primary key (id, day)' },
      ])
    })

    it('refuses what is no table', async () => {
      expect(await problemsOf({ table: 'adults', key: 'id' })).toMatchObject([{ found: '"adults", a view' }])
      expect(await problemsOf({ table: 'frozen', key: 'id' })).toMatchObject([
        { found: '"frozen", a materialized view' },
      ])
    })

    it('refuses to update the key, the stamp, and what is computed', async () => {
      const staff = await at.table({ table: 'staff', key: 'id', refreshedAt: 'seen' })
      const found = checkUpdate(staff, ['id', 'seen', 'age', 'agee'], 'records.update').map((problem) => problem.found)
      expect(found).toEqual([
        '"id", the key',
        '"seen", the column that records.refreshedAt names: spenddown stamps it itself',
        '"agee", which the table does not have',
      ])
      const computed = await at.table({ table: 'computed', key: 'id' })
      expect(checkUpdate(computed, ['a', 'b'], 'u')).toMatchObject([
        { path: 'u.b', found: '"b", which the database computes itself' },
      ])
    })

    it('knows of constraints that are checked at commit', async () => {
      expect((await at.table({ table: 'late', key: 'id' })).deferredChecks).toBe(true)
      expect((await at.table({ table: 'staff', key: 'id' })).deferredChecks).toBe(false)
    })

    it('sees what this database user may not do', async () => {
      const reader = `spenddown_test_${randomBytes(6).toString('hex')}`
      await at.run(
        `CREATE ROLE ${reader} NOLOGIN`,
        `GRANT SELECT ON staff TO ${reader}`,
        `GRANT UPDATE (age) ON staff TO ${reader}`,
      )
      try {
        await at.transaction(async (tx) => {
          await tx.$executeRaw(raw(`SET LOCAL ROLE ${reader}`))
          const described = await describeTable(tx, at.dialect, {
            table: 'staff',
            key: 'id',
            refreshedAt: 'seen',
          })
          expect(described).toMatchObject({
            problems: [{ path: 'records.refreshedAt', found: expect.stringContaining('UPDATE privilege') }],
          })
          const staff = await describeTable(tx, at.dialect, { table: 'staff', key: 'id' })
          if ('problems' in staff) throw new Error('staff should be readable')
          expect(checkUpdate(staff.table, ['age', 'email'], 'u').map(({ path }) => path)).toEqual(['u.email'])
          expect(await describeTable(tx, at.dialect, { table: 'late', key: 'id' })).toMatchObject({
            problems: [{ found: '"late", which this database user may not read' }],
          })
        })
      } finally {
        await at.run(`DROP OWNED BY ${reader}`, `DROP ROLE ${reader}`)
      }
    })
  })

  describe('types', () => {
    beforeAll(async () => {
      await at.run(
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'very \"happy\"')",
        'CREATE SCHEMA odd',
        "CREATE TYPE odd.\"Size\" AS ENUM ('s', 'm')",
        'CREATE DOMAIN score AS integer CHECK (VALUE > 0)',
        'CREATE DOMAIN good_score AS score NOT NULL CHECK (VALUE > 10)',
        'CREATE DOMAIN code AS varchar(4)',
        'CREATE TYPE pair AS (a integer, b text)',
        `CREATE TABLE typed (
          id smallint PRIMARY KEY, c_char char(3), c_varchar varchar(20), c_name name, c_numeric numeric(8, 3), c_money money,
          c_real real, c_json json, c_jsonb jsonb, c_tz timestamptz(3), c_timetz timetz, c_mood mood, c_size odd."Size",
          c_score score, c_good good_score, c_code code, c_texts text[], c_codes varchar(5)[], c_moods mood[], c_scores score[],
          c_inet inet, c_pair pair, c_bytes bytea, c_vector int2vector, c_matrix integer[][])`,
      )
    })

    it('resolves lengths, digits, domains, enums and arrays', async () => {
      const { columns } = await at.table({ table: 'typed', key: 'id' })
      const told = (name: string) => findColumn(columns, name)
      expect(told('id')).toMatchObject({ kind: 'integer', castType: 'smallint' })
      expect(told('c_char')).toMatchObject({
        kind: 'text',
        sqlType: 'character(3)',
        castType: 'bpchar',
        maxLength: 3,
      })
      expect(told('c_varchar')).toMatchObject({ castType: 'character varying', maxLength: 20 })
      expect(told('c_numeric')).toMatchObject({
        kind: 'numeric',
        precision: 8,
        scale: 3,
        castType: 'numeric',
      })
      expect(told('c_tz')).toMatchObject({ kind: 'timestamptz', castType: 'timestamp with time zone' })
      expect(told('c_mood')).toMatchObject({
        kind: 'enum',
        castType: 'public.mood',
        labels: ['sad', 'ok', 'very "happy"'],
      })
      expect(told('c_size')).toMatchObject({ kind: 'enum', castType: 'odd."Size"' })
      expect(told('c_good')).toMatchObject({
        kind: 'integer',
        castType: 'integer',
        sqlType: 'good_score',
        nullable: false,
      })
      expect(told('c_code')).toMatchObject({ kind: 'text', maxLength: 4 })
      expect(told('c_codes')).toMatchObject({
        kind: 'array',
        castType: 'character varying[]',
        element: { maxLength: 5 },
      })
      expect(told('c_moods')).toMatchObject({ castType: 'public.mood[]', element: { kind: 'enum' } })
      expect(told('c_scores')).toMatchObject({ castType: 'public.score[]', element: { kind: 'integer' } })
      const kinds = ['c_name', 'c_money', 'c_real', 'c_json', 'c_timetz', 'c_inet', 'c_pair', 'c_bytes', 'c_vector']
      expect(kinds.map((name) => told(name)?.kind)).toEqual([
        'text',
        'other',
        'float',
        'json',
        'time',
        'other',
        'other',
        'bytes',
        'other',
      ])
    })

    it('refuses to update what it cannot write', async () => {
      const typed = await at.table({ table: 'typed', key: 'id' })
      const all = typed.columns.map(({ name }) => name)
      const refused = checkUpdate(typed, all, 'u').map(({ path }) => path.slice(2))
      expect(refused).toEqual(['id', 'c_money', 'c_inet', 'c_pair', 'c_bytes', 'c_vector'])
    })
  })
})
