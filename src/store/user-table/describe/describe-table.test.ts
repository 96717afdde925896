import { beforeAll, expect, it } from 'vitest'
import { KEY_TEXT, labelOf } from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase, onSqlite } from '../../../../test/support/store/test-databases.ts'
import type { Problem } from '../../../domain/errors/problem.ts'
import { describeTable, type TableWanted } from './describe-table.ts'

onEachDatabase((at) => {
  const integer = at.dialect === 'sqlite' ? 'INTEGER' : 'integer'
  const problemsOf = async (wanted: TableWanted): Promise<Problem[]> => {
    const described = await describeTable(at.db, at.dialect, wanted)
    return 'problems' in described ? described.problems : []
  }

  beforeAll(async () => {
    await at.run(
      `CREATE TABLE people (id ${integer} PRIMARY KEY, email ${KEY_TEXT[at.dialect]} NOT NULL, code ${KEY_TEXT[at.dialect]}, refreshed_at ${at.dialect === 'mysql' ? 'datetime' : 'timestamp'}, born date)`,
      'CREATE UNIQUE INDEX people_email ON people (email)',
      'CREATE UNIQUE INDEX people_code ON people (code)',
      'CREATE TABLE "My ""odd"" Table" ("The Key" varchar(50) PRIMARY KEY NOT NULL, "sélect; --" text, "a.b" text)',
      'CREATE TABLE "Mixed" ("Id" bigint PRIMARY KEY NOT NULL)',
      'CREATE TABLE "MIXED" (id bigint PRIMARY KEY NOT NULL, shouting text)'.replace(
        'MIXED',
        at.dialect === 'sqlite' ? 'MIXED2' : 'MIXED',
      ),
      'CREATE TABLE "dotted.name" (id bigint PRIMARY KEY NOT NULL)',
      'CREATE TABLE pairs (a bigint NOT NULL, b bigint NOT NULL, c bigint NOT NULL, d bigint, PRIMARY KEY (a, b))',
      at.dialect === 'mysql'
        ? 'CREATE UNIQUE INDEX pairs_c ON pairs (c, d)'
        : 'CREATE UNIQUE INDEX pairs_c ON pairs (c) WHERE d > 0',
      'CREATE TABLE unkeyed (a bigint, b numeric NOT NULL UNIQUE)',
      `CREATE TABLE wide (id ${integer} PRIMARY KEY, ${Array.from({ length: 199 }, (_, i) => `c${i} text`).join(', ')})`,
    )
  })

  it('tells a table by its plain data', async () => {
    const table = await at.table({ table: 'people', key: 'id', refreshedAt: 'refreshed_at' })
    expect(structuredClone(table)).toEqual(table)
    expect(table.label).toBe(labelOf(at.dialect, 'people'))
    expect(table.columns.map(({ name, kind, nullable }) => [name, kind, nullable])).toEqual([
      ['id', 'integer', false],
      ['email', 'text', false],
      ['code', 'text', true],
      ['refreshed_at', 'timestamp', true],
      ['born', 'date', true],
    ])
    expect(table.key.name).toBe('id')
    expect(table.refreshedAt?.name).toBe('refreshed_at')
    expect(table.columns).toContain(table.refreshedAt)
  })

  it('says which tables there are, where none has a name like that', async () => {
    const [problem] = await problemsOf({ table: 'x1', key: 'id' })
    expect(problem?.allowed).toMatch(/^a table of the database: .*people/)
  })

  it('takes any NOT NULL column with a unique index of its own for a key', async () => {
    expect((await at.table({ table: 'people', key: 'email' })).key.kind).toBe('text')
  })

  it('finds tables and columns with odd names', async () => {
    const odd = await at.table({ table: '"My ""odd"" Table"', key: 'The Key' })
    expect(odd.columns.map(({ name }) => name)).toEqual(['The Key', 'sélect; --', 'a.b'])
    expect((await at.table({ table: 'My "odd" Table', key: 'The Key' })).name).toBe('My "odd" Table')
    expect((await at.table({ table: 'dotted.name', key: 'id' })).name).toBe('dotted.name')
  })

  it('takes a name as written first, and with other capitals then', async () => {
    expect((await at.table({ table: 'Mixed', key: 'Id' })).name).toBe('Mixed')
    expect((await at.table({ table: 'PEOPLE', key: 'id' })).name).toBe('people')
    expect(await problemsOf({ table: '"PEOPLE"', key: 'id' })).toHaveLength(1)
  })

  it('describes two hundred columns', async () => {
    expect((await at.table({ table: 'wide', key: 'id' })).columns).toHaveLength(200)
  })

  it('says which table was probably meant', async () => {
    const [problem] = await problemsOf({ table: 'poeple', key: 'id' })
    expect(problem).toMatchObject({ path: 'records.table', hint: 'Did you mean `people`?' })
  })

  it('reports every missing column at once, with the nearest name', async () => {
    const problems = await problemsOf({ table: 'people', key: 'idd', refreshedAt: 'refreshedat' })
    expect(problems.map(({ path, hint }) => [path, hint])).toEqual([
      ['records.key', 'Did you mean `id`?'],
      ['records.refreshedAt', 'Did you mean `refreshed_at`?'],
    ])
  })

  it('refuses a key that does not name one record', async () => {
    const found = async (wanted: TableWanted) => (await problemsOf(wanted)).map((problem) => problem.found)
    expect(await found({ table: 'people', key: 'code' })).toEqual(['"code", which is unique but may be NULL'])
    expect(await found({ table: 'pairs', key: 'a' })).toEqual(['"a", only a part of the primary key (a, b)'])
    expect(await found({ table: 'pairs', key: 'c' })).toEqual(['"c", which is not unique'])
    expect(await found({ table: 'unkeyed', key: 'b' })).toEqual([
      `"b" of type ${at.dialect === 'mysql' ? 'decimal(10,0)' : 'numeric'}`,
    ])
    expect(await problemsOf({ table: 'people', key: 'born' })).toMatchObject([
      { path: 'records.key', allowed: 'a key of type integer, bigint, uuid or text' },
    ])
  })

  it('refuses a refreshedAt that is no instant, or is the key', async () => {
    const found = async (refreshedAt: string) =>
      (await problemsOf({ table: 'people', key: 'id', refreshedAt }))[0]?.found
    expect(await found('born')).toBe('"born" of type date')
    expect(await found('id')).toBe('"id", the key')
    if (at.dialect === 'postgresql') expect(await found('email')).toBe('"email" of type text')
  })

  it("refuses spenddown's own tables", async () => {
    if (at.dialect === 'postgresql')
      await at.run('CREATE SCHEMA spenddown', 'CREATE TABLE spenddown.run (no integer PRIMARY KEY)')
    else await at.run('CREATE TABLE spenddown_run (no integer PRIMARY KEY)')
    const table = at.dialect === 'postgresql' ? 'spenddown.run' : 'spenddown_run'
    expect((await problemsOf({ table, key: 'no' }))[0]?.found).toBe(`"${table}", one of spenddown's own tables`)
  })

  it('takes names for names, whatever they say', async () => {
    const wanted = { table: `people"; DROP TABLE people; --`, key: `id" = id OR 1=1; --` }
    expect(await problemsOf(wanted)).toHaveLength(1)
    expect(await problemsOf({ ...wanted, table: 'people' })).toMatchObject([{ path: 'records.key' }])
    expect(await problemsOf({ table: 'people', key: 'id' })).toEqual([])
  })
})

onSqlite((at) => {
  const problemsOf = async (wanted: TableWanted) => {
    const described = await describeTable(at.db, at.dialect, wanted)
    return 'problems' in described ? described.problems.map(({ found }) => found) : []
  }

  beforeAll(async () => {
    await at.run(
      'CREATE TABLE old_style (id TEXT PRIMARY KEY, at INTEGER, iso TEXT, stamp DATETIME, real REAL)',
      'CREATE TABLE compact (id BIGINT PRIMARY KEY, full_name TEXT AS (id) STORED) WITHOUT ROWID',
      'CREATE VIEW shown AS SELECT * FROM old_style',
      'CREATE VIRTUAL TABLE found USING fts5 (words)',
    )
  })

  it('says how a column holds instants', async () => {
    const instant = async (refreshedAt: string) =>
      (await at.table({ table: 'old_style', key: 'id', refreshedAt })).refreshedAt?.instant
    expect(await instant('at')).toBe('epoch-ms')
    expect(await instant('iso')).toBe('iso-text')
    expect(await instant('stamp')).toBe('iso-text')
    expect(await problemsOf({ table: 'old_style', key: 'id', refreshedAt: 'real' })).toEqual(['"real" of type REAL'])
  })

  it('refuses a refreshedAt of text that holds something else', async () => {
    await at.run(
      'CREATE TABLE texts (id INTEGER PRIMARY KEY, name TEXT, seen TEXT, empty TEXT, blank TEXT, bytes TEXT)',
      "INSERT INTO texts VALUES (1, 'Ada', NULL, NULL, '', x'00'), (2, 'Grace', '2026-11-05 10:00:00', NULL, ' ', NULL), (3, NULL, '?', NULL, '', NULL)",
    )
    const found = (refreshedAt: string) => problemsOf({ table: 'texts', key: 'id', refreshedAt })
    expect(await found('name')).toEqual(['"name", which holds "Grace", and no instant'])
    for (const column of ['seen', 'empty', 'blank', 'bytes'])
      expect([column, await found(column)]).toEqual([column, []])
  })

  it('knows that a primary key may be NULL, unless it is the rowid', async () => {
    expect((await at.table({ table: 'old_style', key: 'id' })).key.nullable).toBe(true)
    const compact = await at.table({ table: 'compact', key: 'id' })
    expect(compact).toMatchObject({ key: { nullable: false, kind: 'bigint' } })
    expect(compact.columns[1]?.generated).toBe(true)
  })

  it('refuses what SQLite cannot update', async () => {
    expect(await problemsOf({ table: 'shown', key: 'id' })).toEqual(['"shown", a view, which SQLite cannot update'])
    expect(await problemsOf({ table: 'found', key: 'rowid' })).toEqual(['"found", a virtual table'])
    expect(await problemsOf({ table: 'found_data', key: 'id' })).toEqual(['"found_data", a shadow table'])
  })

  it('takes the name of its only schema', async () => {
    expect((await at.table({ table: 'main.old_style', key: 'id' })).label).toBe('old_style')
  })
})
