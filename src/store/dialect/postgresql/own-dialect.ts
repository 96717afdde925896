import { type Db, join, raw, type Sql, sql } from '../../sql.ts'
import type { OwnDialect } from '../own-dialect.ts'
import { nameOwnTables } from '../own-tables.ts'
import { openPostgresql } from './connection.ts'
import { postgresqlErrors } from './errors.ts'
import { postgresqlJson } from './json.ts'

/** Two that migrate at once wait for each other on this key (the letters of "spenddown" as a number). */
const ADVISORY_LOCK = 7_356_141_090_312_449n

/** spenddown's tables have a schema of their own. */
const tables = nameOwnTables((name) => `"spenddown"."${name}"`)

export const postgresqlOwnDialect: OwnDialect = {
  tables,
  json: postgresqlJson,
  errors: postgresqlErrors,
  callItems: { rows: sql`jsonb_array_elements_text(c.items::jsonb) AS j(seq)`, seq: sql`j.seq::int` },

  open: openPostgresql,
  prepare: async () => {},
  snapshotOptions: { isolationLevel: 'RepeatableRead' as never },
  blocksThread: false,
  singleWriter: false,

  beginMigration,
  writeTogether,

  // Told its type, which it would guess otherwise.
  wholeNumber,
  startsWith: (column, text) => sql`starts_with(${column}, ${text})`,
  // PostgreSQL hashes an anti-join, and spills it where it must.
  notInRun(key, runNo) {
    const { item, duplicate } = tables
    return sql`NOT EXISTS (SELECT 1 FROM ${item} AS i WHERE i.run_no = ${wholeNumber(runNo)} AND i.key = ${key})
        AND NOT EXISTS (SELECT 1 FROM ${duplicate} AS d WHERE d.run_no = ${wholeNumber(runNo)} AND d.key = ${key})`
  },

  async clockMs(db) {
    const [row] = await db.$queryRaw<{ ms: number }[]>(
      raw('SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS double precision) AS ms'),
    )
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
  const [found] = await tx.$queryRaw<{ there: boolean }[]>(
    raw("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'spenddown') AS there"),
  )
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
