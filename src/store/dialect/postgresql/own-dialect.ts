import { type Db, empty, join, raw, type Sql, sql } from '../../sql.ts'
import { type Client, HISTORY_COLUMNS, nameOwnTables, type OwnDialect } from '../own-dialect.ts'
import { standardWrites } from '../own-writes.ts'
import type { JsonSql } from '../user-table-dialect.ts'
import { postgresqlErrors } from './errors.ts'

export const postgresqlJson: JsonSql = {
  array: (values) => sql`json_build_array(${values})`,
  selectList: (each, from) => sql`SELECT CAST(coalesce(json_agg(${each}), '[]') AS text) AS json ${from}`,
  rows(json, columns) {
    const fields = Object.entries(columns).map(([name, type], at) =>
      raw(`(j.value->>${at})::${type === 'bigint' ? type : 'text'} AS "${name}"`),
    )
    return sql`SELECT ${join(fields)} FROM jsonb_array_elements(${json}::jsonb) AS j(value)`
  },
}

/** Two that migrate at once wait for each other on this key (the letters of "spenddown" as a number). */
const ADVISORY_LOCK = 7_356_141_090_312_449n

/** spenddown's tables have a schema of their own. */
const tables = nameOwnTables((name) => `"spenddown"."${name}"`)

export const postgresqlOwnDialect: OwnDialect = {
  tables,
  writes: standardWrites,
  json: postgresqlJson,
  errors: postgresqlErrors,
  callItems: { rows: sql`jsonb_array_elements_text(c.items::jsonb) AS j(seq)`, seq: sql`j.seq::int` },

  driver: '@prisma/adapter-pg',
  open,
  prepare: async () => {},
  snapshotOptions: { isolationLevel: 'RepeatableRead' as never },
  blocksThread: false,
  singleWriter: false,
  hasQueue: true,

  beginMigration,
  endMigration: async () => {},
  historyColumns: HISTORY_COLUMNS,
  migrationSteps: null,
  writeTogether,

  // Told its type, which it would guess otherwise.
  wholeNumber,
  real: (value) => sql`CAST(${value} AS DOUBLE PRECISION)`,
  scatter: (text, seed) =>
    sql`(CAST(CAST('x' || substr(md5(${text} || ${`/${seed}`}), 1, 8) AS bit(32)) AS bigint) & 2147483647)`,
  once: raw('OFFSET 0'),
  mayHash: empty,
  numbersInOrder: true,
  startsWith: (column, text) => sql`starts_with(${column}, ${text})`,
  // PostgreSQL hashes an anti-join, and spills it where it must.
  notInRun(key, runNo) {
    const { item, duplicate } = tables
    return sql`NOT EXISTS (SELECT 1 FROM ${item} AS i WHERE i.run_no = ${wholeNumber(runNo)} AND i.key = ${key})
        AND NOT EXISTS (SELECT 1 FROM ${duplicate} AS d WHERE d.run_no = ${wholeNumber(runNo)} AND d.key = ${key})`
  },

  async clockMs(db) {
    const clock = raw('SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS double precision) AS ms')
    const [row] = await db.$queryRaw<{ ms: number }[]>(clock)
    return Number(row?.ms)
  },
  async isReadOnly(db) {
    const [row] = await db.$queryRaw<{ only: string }[]>(raw("SELECT current_setting('transaction_read_only') AS only"))
    return row?.only === 'on'
  },
}

async function beginMigration(tx: Db): Promise<void> {
  await tx.$executeRaw(sql`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`)
  // CREATE SCHEMA IF NOT EXISTS asks for the right to create even where an administrator has made it already.
  const exists = raw("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'spenddown') AS there")
  const [found] = await tx.$queryRaw<{ there: boolean }[]>(exists)
  if (found?.there !== true) await tx.$executeRaw(raw('CREATE SCHEMA "spenddown"'))
}

/** As one statement: each that goes alone costs this process, the server and the wire as much as twenty of its rows. */
async function writeTogether(tx: Db, statements: readonly Sql[]): Promise<void> {
  const parts = statements.slice(0, -1).map((statement, at) => sql`${raw(`w${at}`)} AS (${statement})`)
  const last = statements.at(-1) as Sql
  await tx.$executeRaw(parts.length === 0 ? last : sql`WITH ${join(parts)} ${last}`)
}

function wholeNumber(value: number): Sql {
  return sql`${String(value)}${raw('::text::bigint')}`
}

/**
 * Session settings, whatever the server's defaults. A commit waits for the disk, since what it holds was paid for; a
 * transaction sees what others committed while it waited for a lock; waits for locks end; and a process that was paused
 * within a transaction does not keep its locks from its successor.
 */
const SESSION = [
  '-c synchronous_commit=on',
  '-c timezone=UTC',
  '-c default_transaction_isolation=read\\ committed',
  '-c lock_timeout=30s',
  '-c idle_in_transaction_session_timeout=15s',
].join(' ')

const CONNECTIONS = 4

async function open(url: string, most = CONNECTIONS): Promise<Client> {
  const [{ PrismaClient }, { PrismaPg }] = await Promise.all([
    import('../../../generated/postgresql/client.ts'),
    import('@prisma/adapter-pg'),
  ])
  /**
   * The adapter listens to a connection in a transaction, the pool to an idle one. An error in between would have no
   * listener, and would end the process.
   */
  class HeardPrismaPg extends PrismaPg {
    override async connect() {
      const adapter = await super.connect()
      adapter.underlyingDriver().on('connect', (connection) => connection.on('error', () => {}))
      return adapter
    }
  }
  const adapter = new HeardPrismaPg(
    {
      connectionString: url,
      application_name: 'spenddown',
      max: most,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      options: SESSION,
    },
    // A lost idle connection shows at the next statement; without a listener it would end the process.
    { schema: 'spenddown', onPoolError: () => {}, onConnectionError: () => {} },
  )
  return new PrismaClient({ adapter }) as unknown as Client
}
