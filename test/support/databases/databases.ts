import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, inject } from 'vitest'
import { type Connection, connect } from '../../../src/store/client.ts'
import type { Dialect } from '../../../src/store/sql.ts'
import { inTier } from '../tier.ts'
import { type Server, withPostgresql } from './disconnect.ts'
import { mysqlUrl, onMysql } from './mysql-url.ts'
import { POSTGRES_URL } from './postgres-url.ts'

/** A database of a test's own, new and empty. */
export interface TestDatabase {
  readonly dialect: Dialect
  readonly url: string
  readonly connection: Connection
  /** Closes the connection and removes the database, even where others still have it open. */
  drop(): Promise<void>
}

/** The databases that tests can run on here, for `describe.each`; without a server, SQLite alone. */
export const databases: Dialect[] = [
  'sqlite',
  ...(inject('postgresqlMissing') === null ? (['postgresql'] as const) : []),
  ...(inject('mysqlMissing') === null ? (['mysql'] as const) : []),
]

/** The same suite on each database, for what the database matters to. Where no server answers, it counts as skipped. */
export function onEachDatabase(suite: (dialect: Dialect) => void): void {
  for (const dialect of DIALECTS) onDatabase(dialect, suite)
}

/** The same suite on each that is a server: for what SQLite, which is a file, has not. */
export function onEachServer(suite: (dialect: Server) => void): void {
  for (const dialect of ['postgresql', 'mysql'] as const) onDatabase(dialect, () => suite(dialect))
}

/** On the one named in `npm test`, on the others in the full tier: for what should come out the same on any. */
export function onEachDatabaseInFull(quick: Dialect, suite: (dialect: Dialect) => void): void {
  for (const dialect of inTier(
    [quick],
    DIALECTS.filter((other) => other !== quick),
  ))
    onDatabase(dialect, suite)
}

/** On the one named in the full tier, on each in `npm run test:crash`: for what takes its time. */
export function onEachDatabaseInTheLongForm(short: Dialect, suite: (dialect: Dialect) => void): void {
  if (process.env.SPENDDOWN_CRASH_KILLS === undefined) onDatabase(short, suite)
  else onEachDatabase(suite)
}

const DIALECTS: readonly Dialect[] = ['sqlite', 'postgresql', 'mysql']
const NAMES: Readonly<Record<Dialect, string>> = { sqlite: 'SQLite', postgresql: 'PostgreSQL', mysql: 'MariaDB' }

/** On the one named; where no server answers, it counts as skipped. */
export function onDatabase(dialect: Dialect, suite: (dialect: Dialect) => void): void {
  describe.skipIf(!databases.includes(dialect))(`on ${NAMES[dialect]}`, () => suite(dialect))
}

/** Makes a new SQLite file in a temporary folder, or a new database with a random name. */
export async function openDatabase(dialect: Dialect): Promise<TestDatabase> {
  const { url, remove } = await PLACES[dialect]()
  try {
    const connection = await connect(url, dialect)
    const drop = async () => {
      await connection.close()
      await remove()
    }
    return { dialect, url, connection, drop }
  } catch (error) {
    await remove()
    throw error
  }
}

interface Place {
  readonly url: string
  readonly remove: () => Promise<void>
}

const PLACES: Readonly<Record<Dialect, () => Place | Promise<Place>>> = {
  sqlite: sqliteFile,
  postgresql: postgresqlDatabase,
  mysql: mysqlDatabase,
}

async function mysqlDatabase(): Promise<Place> {
  const name = `spenddown_test_${randomBytes(6).toString('hex')}`
  await onMysql([`CREATE DATABASE ${name} CHARACTER SET utf8mb4`])
  return { url: mysqlUrl(name), remove: () => onMysql([`DROP DATABASE IF EXISTS ${name}`]) }
}

function sqliteFile(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-test-'))
  return {
    url: `file:${join(folder, 'test.db')}`,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function postgresqlDatabase(): Promise<Place> {
  const name = `spenddown_test_${randomBytes(6).toString('hex')}`
  await onServer(`CREATE DATABASE ${name} TEMPLATE template0`)
  const url = new URL(POSTGRES_URL)
  url.pathname = `/${name}`
  return { url: url.href, remove: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function onServer(statement: string): Promise<void> {
  await withPostgresql((client) => client.query(statement))
}
