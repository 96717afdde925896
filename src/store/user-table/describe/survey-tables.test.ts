import { beforeAll, expect, it } from 'vitest'
import { numberedSql } from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase } from '../../../../test/support/store/test-databases.ts'
import { type SurveyedTable, surveyTable, surveyTables } from './survey-tables.ts'

onEachDatabase((at) => {
  const isPostgresql = at.dialect === 'postgresql'
  const survey = async () => {
    const tables = await surveyTables(at.db, at.dialect, 100)
    return Object.fromEntries(tables.map((table) => [table.name, table]))
  }

  beforeAll(async () => {
    const integer = isPostgresql ? 'integer' : 'INTEGER'
    await at.run(
      `CREATE TABLE people (code varchar(50) NOT NULL UNIQUE, id ${integer} PRIMARY KEY, email text, seen timestamp NULL)`,
      "INSERT INTO people (code, id) VALUES ('a', 1), ('b', 2)",
      'CREATE TABLE pairs (a bigint NOT NULL, b bigint NOT NULL, PRIMARY KEY (a, b))',
      'CREATE TABLE "odd.name" (id bigint PRIMARY KEY NOT NULL)',
      'CREATE VIEW counted AS SELECT count(*) AS n FROM people',
      isPostgresql ? 'CREATE SCHEMA spenddown' : 'SELECT 1',
      isPostgresql ? 'CREATE TABLE spenddown.item (id int)' : 'CREATE TABLE spenddown_item (id int)',
    )
  })

  it('lists what can be refreshed, without its own tables, and with keys and counts', async () => {
    const tables = await survey()
    expect(Object.keys(tables).sort()).toEqual(['"odd.name"', 'pairs', 'people'])
    expect(tables.people).toMatchObject({ keys: ['id', 'code'], rows: { count: 2, how: 'exact' } })
    expect(tables.people?.stamps).toContain('seen')
    expect(tables.pairs?.keys).toEqual([])
  })

  it('names a table so that it is found again', async () => {
    for (const name of Object.keys(await survey())) {
      expect(await surveyTable(at.db, at.dialect, name)).toMatchObject({ name })
    }
    expect(await surveyTable(at.db, at.dialect, 'poeple')).toMatchObject({ hint: 'Did you mean `people`?' })
  })

  it('counts no further than it must', async () => {
    await at.run(`INSERT INTO pairs SELECT n, n FROM ${numberedSql(at.dialect, 10_001)}`)
    const rowsOf = async () => ((await surveyTable(at.db, at.dialect, 'pairs')) as SurveyedTable).rows
    if (at.dialect === 'mysql') return expect(['over', 'about']).toContain((await rowsOf()).how)
    expect(await rowsOf()).toEqual({ count: 10_000, how: 'over' })
    await at.run('ANALYZE')
    expect(await rowsOf()).toEqual(isPostgresql ? { count: 10_001, how: 'about' } : { count: 10_000, how: 'over' })
  })

  if (isPostgresql)
    it('names the schema where the search path leads elsewhere', async () => {
      await at.run('CREATE SCHEMA crm', 'CREATE TABLE crm.people (id int PRIMARY KEY)')
      expect(Object.keys(await survey())).toEqual(expect.arrayContaining(['people', 'crm.people']))
    })
})
