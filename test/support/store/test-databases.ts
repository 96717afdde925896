import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { PrismaPg } from '@prisma/adapter-pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { PrismaClient as PostgresqlClient } from '../../../src/generated/postgresql/client.ts'
import { PrismaClient as SqliteClient } from '../../../src/generated/sqlite/client.ts'
import { ownDialect } from '../../../src/store/dialect/dialect-of.ts'
import { type Db, type Dialect, raw, type Sql, sql } from '../../../src/store/sql.ts'
import { describeTable, type TableWanted } from '../../../src/store/user-table/describe/describe-table.ts'
import type { UserTable } from '../../../src/store/user-table/user-table.ts'
import { mysqlUrl, onMysql, whyMysqlIsMissing } from '../databases/mysql-url.ts'
import { planText } from '../databases/plan-text.ts'

const SERVER = process.env.SPENDDOWN_TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'
/** Nothing may depend on how a session writes dates: these settings write them as nobody expects. */
const ODD_SESSION = '-c timezone=Asia/Kathmandu -c datestyle=SQL,DMY -c intervalstyle=sql_standard'

/** A real database for a suite of tests, empty at its start and gone after its end. */
export interface TestDatabase {
  readonly dialect: Dialect
  readonly db: Db
  /** Runs statements, one after another. */
  run(...statements: string[]): Promise<void>
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>
  rows<T = Record<string, unknown>>(statement: string): Promise<T[]>
  /** The plan of a statement, as the database words it. */
  plan(query: Sql): Promise<string>
  table(wanted: TableWanted): Promise<UserTable>
}

type Client = Db & {
  $transaction<T>(work: (tx: Db) => Promise<T>, options: { timeout: number }): Promise<T>
  $disconnect(): Promise<void>
}
interface Opened {
  readonly client: Client
  readonly drop: () => Promise<void>
}

/** The same suite on each database. */
export function onEachDatabase(suite: (at: TestDatabase) => void): void {
  onSqlite(suite)
  onPostgresql(suite)
  onMariadb(suite)
}

export function onSqlite(suite: (at: TestDatabase) => void): void {
  describe('on SQLite', () => suite(database('sqlite', openSqlite)))
}

/** Skipped where no server answers, and says so; where SPENDDOWN_REQUIRE_SERVICES is set it fails instead. */
export function onPostgresql(suite: (at: TestDatabase) => void): void {
  const skip = !reachable && !process.env.SPENDDOWN_REQUIRE_SERVICES
  describe.skipIf(skip)('on PostgreSQL', () => suite(database('postgresql', openPostgresql)))
}

/** The same for MySQL and MariaDB. */
export function onMariadb(suite: (at: TestDatabase) => void): void {
  const skip = mysqlMissing !== null && !process.env.SPENDDOWN_REQUIRE_SERVICES
  describe.skipIf(skip)('on MariaDB', () => suite(database('mysql', openMysql)))
}

const reachable = await answers()
const mysqlMissing = await whyMysqlIsMissing()
if (mysqlMissing !== null) console.warn(`MySQL tests skipped: ${mysqlMissing}`)

async function answers(): Promise<boolean> {
  const client = postgresqlClient(SERVER)
  try {
    await client.$queryRaw(raw('SELECT 1'))
    return true
  } catch (error) {
    console.warn(`PostgreSQL tests skipped: ${SERVER} does not answer (${String(error).split('\n').at(-1)})`)
    return false
  } finally {
    await client.$disconnect()
  }
}

function database(dialect: Dialect, open: () => Promise<Opened>): TestDatabase {
  let opened: Opened | undefined
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(async () => {
    await opened?.client.$disconnect()
    await opened?.drop()
  })
  const client = () => {
    if (opened === undefined) throw new Error('the test database is not open')
    return opened.client
  }
  return {
    dialect,
    get db() {
      return client()
    },
    async run(...statements) {
      for (const statement of statements) await client().$executeRaw(raw(ofDialect(dialect, statement)))
    },
    transaction: (work) => client().$transaction(work, { timeout: 60_000 }),
    rows: (statement) => client().$queryRaw(raw(statement)),
    plan: (query) => planOf(client(), dialect, query),
    async table(wanted) {
      const described = await describeTable(client(), dialect, wanted)
      if ('problems' in described) throw new Error(JSON.stringify(described.problems))
      return described.table
    },
  }
}

/** MariaDB's statistics are of a table. */
function ofDialect(dialect: Dialect, statement: string): string {
  if (dialect !== 'mysql' || !statement.startsWith('ANALYZE')) return statement
  return statement === 'ANALYZE' ? 'SELECT 1' : statement.replace('ANALYZE', 'ANALYZE TABLE')
}

async function planOf(db: Db, dialect: Dialect, query: Sql): Promise<string> {
  const lines = await db.$queryRaw<Record<string, unknown>[]>(
    dialect === 'sqlite' ? sql`EXPLAIN QUERY PLAN ${query}` : sql`EXPLAIN ${query}`,
  )
  return planText(lines)
}

async function openSqlite(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-user-table-'))
  const adapter = new PrismaBetterSqlite3({ url: `file:${join(folder, 'test.db')}` })
  const client = new SqliteClient({ adapter }) as unknown as Client
  return { client, drop: async () => rmSync(folder, { recursive: true, force: true }) }
}

/** As spenddown opens it: its sessions are what its statements are written for. */
async function openMysql(): Promise<Opened> {
  const name = `spenddown_user_table_test_${randomBytes(6).toString('hex')}`
  await onMysql([`CREATE DATABASE ${name} CHARACTER SET utf8mb4`])
  const client = (await ownDialect('mysql').open(mysqlUrl(name))) as unknown as Client
  return { client, drop: () => onMysql([`DROP DATABASE ${name}`]) }
}

async function openPostgresql(): Promise<Opened> {
  const name = `spenddown_user_table_test_${randomBytes(6).toString('hex')}`
  await onServer(`CREATE DATABASE ${name} TEMPLATE template0`)
  const url = new URL(SERVER)
  url.pathname = `/${name}`
  return { client: postgresqlClient(url.href), drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) }
}

async function onServer(statement: string): Promise<void> {
  const client = postgresqlClient(SERVER)
  await client.$executeRaw(raw(statement))
  await client.$disconnect()
}

function postgresqlClient(connectionString: string): Client {
  const adapter = new PrismaPg({
    connectionString,
    options: ODD_SESSION,
    max: 4,
    connectionTimeoutMillis: 3_000,
  })
  return new PostgresqlClient({ adapter }) as unknown as Client
}
