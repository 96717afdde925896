import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { diffDatabase } from '../../../scripts/schema-engine.mjs'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import type { Dialect } from '../../../src/store/sql.ts'
import { execute, historyTable, rowsOf, tablesOf } from '../../support/databases/database-content.ts'
import { onEachDatabase, openDatabase, type TestDatabase } from '../../support/databases/databases.ts'
import { diffMysql } from '../../support/databases/diff-mysql.ts'
import { migrateInProcess } from '../../support/databases/migrate-process.ts'
import { ownTable } from '../../support/databases/of-database.ts'

const prisma = new URL('../../../prisma/', import.meta.url)

function schemaOf(dialect: Dialect): string {
  return readFileSync(new URL(`${dialect}/schema.prisma`, prisma), 'utf8')
}

function shippedTo(dialect: Dialect): string[] {
  const entries = readdirSync(new URL(`${dialect}/migrations`, prisma), { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
}

test('all databases have the same models', () => {
  const models = (dialect: Dialect) => {
    const schema = schemaOf(dialect)
    return schema.slice(schema.indexOf('datasource db')).replace(/^datasource db \{[^}]*\}/, '')
  }
  expect(models('sqlite').replaceAll('@@map("spenddown_', '@@map("')).toBe(models('postgresql'))
  expect(models('mysql').replaceAll(/ +@db\.\w+(\(\d+\))?/g, '')).toBe(models('sqlite'))
})

test('all databases have migrations of the same names', () => {
  expect(shippedTo('sqlite')).toEqual(shippedTo('postgresql'))
  expect(shippedTo('sqlite')).toEqual(shippedTo('mysql'))
})

/** What would turn the database into what schema.prisma says; '': nothing. Prisma's engine, but for MySQL, which it cannot read. */
async function differencesOf({ connection, dialect, url }: TestDatabase): Promise<string> {
  if (dialect !== 'mysql') return diffDatabase(url, dialect, schemaOf(dialect))
  return diffMysql(connection.client, schemaOf(dialect))
}

onEachDatabase((dialect) => {
  let at: TestDatabase

  beforeEach(async () => {
    at = await openDatabase(dialect)
  })
  afterEach(() => at?.drop())

  test('a new database gets all migrations, and becomes what schema.prisma says', async () => {
    expect(await migrate(at.connection)).toEqual({ applied: shippedTo(dialect) })
    expect(await tablesOf(at)).toContain(`table ${ownTable(dialect, 'run')}`)
    // The history is the runner's own and in no schema.prisma.
    await execute(at, `DROP TABLE ${historyTable(at)}`)
    expect(await differencesOf(at)).toBe('')
  })

  test('a database that lacks a column is told from what schema.prisma says', async () => {
    await migrate(at.connection)
    const run = ownTable(dialect, 'run')
    await execute(at, `DROP TABLE ${historyTable(at)}`, `ALTER TABLE ${run} DROP COLUMN detail`)
    expect(await differencesOf(at)).toMatch(/"detail" (LONG)?TEXT/i)
  })

  test('a second time changes nothing', async () => {
    await migrate(at.connection)
    const before = { tables: await tablesOf(at), history: await rowsOf(at, historyTable(at)) }
    expect(await migrate(at.connection)).toEqual({ applied: [] })
    expect({ tables: await tablesOf(at), history: await rowsOf(at, historyTable(at)) }).toEqual(before)
  })

  test('of five processes that start at once one migrates, and all are content', async () => {
    const ended = await Promise.all(Array.from({ length: 5 }, () => migrateInProcess(at.url, dialect)))
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(5).fill({ code: 0, stderr: '' }))
    expect(ended.flatMap(({ applied }) => applied)).toEqual(shippedTo(dialect))
    expect(await rowsOf(at, historyTable(at))).toHaveLength(shippedTo(dialect).length)
  })

  // From before the first table to just before the commit (the first migration has so many statements).
  test.each([1, 4, 8, dialect === 'sqlite' ? 11 : 13])(
    'a kill after statement %i leaves nothing half done, or what the next goes on from',
    async (statements) => {
      const { signal, applied } = await migrateInProcess(at.url, dialect, statements)
      expect({ signal, applied }).toEqual({ signal: 'SIGKILL', applied: null })
      if (dialect !== 'mysql') expect(await tablesOf(at)).toEqual([])
      expect(await migrate(at.connection)).toEqual({ applied: shippedTo(dialect) })
      await execute(at, `DROP TABLE ${historyTable(at)}`)
      expect(await differencesOf(at)).toBe('')
    },
  )

  if (dialect === 'mysql')
    test("somebody else's table of a name of ours is no step that was taken", async () => {
      await execute(at, 'CREATE TABLE spenddown_run (theirs integer)')
      await expect(migrate(at.connection)).rejects.toThrow(/already exists/)
    })

  if (dialect === 'mysql')
    test('a migration that a newer spenddown has begun is refused', async () => {
      await migrate(at.connection)
      await execute(at, `INSERT INTO ${historyTable(at)} VALUES ('99990101000000_later', 'abc', '')`)
      await expect(migrate(at.connection)).rejects.toMatchObject({ code: 'DATABASE_NEWER' })
    })

  describe('a database that this version does not know is refused and left as it is', () => {
    const refuses = async (code: string) => {
      const before = { tables: await tablesOf(at), history: await rowsOf(at, historyTable(at)) }
      await expect(migrate(at.connection)).rejects.toMatchObject({ code })
      expect({ tables: await tablesOf(at), history: await rowsOf(at, historyTable(at)) }).toEqual(before)
    }
    const addNewer = () =>
      execute(at, `INSERT INTO ${historyTable(at)} VALUES ('99990101000000_later', 'abc', '9999-01-01T00:00:00.000Z')`)

    test('one that a newer spenddown has migrated further', async () => {
      await migrate(at.connection)
      await addNewer()
      await refuses('DATABASE_NEWER')
    })

    test('one of a newer spenddown that also lacks a migration of ours', async () => {
      await migrate(at.connection)
      await execute(at, `DELETE FROM ${historyTable(at)}`)
      await addNewer()
      await refuses('DATABASE_NEWER')
    })

    test('one whose migration is not the one that we ship', async () => {
      await migrate(at.connection)
      await execute(at, `UPDATE ${historyTable(at)} SET checksum = 'abc'`)
      await refuses('DATABASE_ALTERED')
    })
  })

  test("another application's Prisma migrations in the same database stay as they are", async () => {
    await execute(
      at,
      'CREATE TABLE _prisma_migrations (id varchar(36) primary key, migration_name text not null)',
      "INSERT INTO _prisma_migrations VALUES ('1', '20240101000000_theirs')",
      'CREATE TABLE run (id integer primary key, theirs text)',
      "INSERT INTO run VALUES (1, 'theirs')",
    )
    const theirs = async () => ({
      tables: (await tablesOf(at)).filter((name) => !/spenddown[_.]/.test(name)),
      migrations: await rowsOf(at, '_prisma_migrations'),
      run: await rowsOf(at, 'run'),
    })
    const before = await theirs()
    expect(await migrate(at.connection)).toEqual({ applied: shippedTo(dialect) })
    expect(await theirs()).toEqual(before)
  })
})
