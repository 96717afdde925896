import { empty, join, raw, type Sql, sql } from '../../sql.ts'
import { type Client, type ErrorCodes, HISTORY_COLUMNS, nameOwnTables, type OwnDialect } from '../own-dialect.ts'
import { standardWrites } from '../own-writes.ts'
import type { JsonSql } from '../user-table-dialect.ts'

export const sqliteJson: JsonSql = {
  array: (values) => sql`json_array(${values})`,
  selectList: (each, from) => sql`SELECT json_group_array(${each}) AS json ${from}`,
  rows(json, columns) {
    const fields = Object.keys(columns).map((name, at) => raw(`j.value->>${at} AS "${name}"`))
    return sql`SELECT ${join(fields)} FROM json_each(${json}) AS j`
  },
}

const PASSING = /^SQLITE_(BUSY|FULL|IOERR|LOCKED|CANTOPEN|READONLY|PROTOCOL|NOMEM)/
const REFUSING_VALUES = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/

const errors: ErrorCodes = {
  isPassing: (code) => PASSING.test(code),
  isRefusingToOpen: (code) => code === 'SQLITE_NOTADB',
  isDenied: () => false,
  isHistoryMissing: () => false,
  refusalOf: ({ code, message }) => (REFUSING_VALUES.test(code) ? message : null),
  // A trigger's RAISE(ROLLBACK) has undone the transaction.
  isSavepointGone: ({ message }) => message.startsWith('no such savepoint'),
}

/** spenddown's tables have a prefix. */
const tables = nameOwnTables((name) => `"spenddown_${name}"`)

export const sqliteOwnDialect: OwnDialect = {
  tables,
  writes: standardWrites,
  json: sqliteJson,
  errors,
  callItems: { rows: sql`json_each(c.items) AS j`, seq: sql`j.value` },

  driver: '@prisma/adapter-better-sqlite3',
  open,
  prepare,
  // A transaction sees what there was at its first statement anyway (WAL).
  snapshotOptions: {},
  blocksThread: true,
  singleWriter: true,
  hasQueue: false,

  beginMigration: async () => {},
  endMigration: async () => {},
  historyColumns: HISTORY_COLUMNS,
  migrationSteps: null,
  async writeTogether(tx, statements) {
    for (const statement of statements) await tx.$executeRaw(statement)
  },

  wholeNumber: (value) => sql`${value}`,
  real: (value) => sql`CAST(${value} AS REAL)`,
  scatter,
  // A subquery with a LIMIT is not merged into another that has one.
  once: raw('LIMIT -1'),
  mayHash: empty,
  numbersInOrder: true,
  startsWith: (column, text) => sql`substr(${column}, 1, length(${text})) = ${text}`,
  // SQLite builds an index for an uncorrelated IN.
  notInRun: (key, runNo) => sql`${key} NOT IN (SELECT i.key FROM ${tables.item} AS i WHERE i.run_no = ${runNo}
        UNION ALL SELECT d.key FROM ${tables.duplicate} AS d WHERE d.run_no = ${runNo})`,

  clockMs: async () => null,
  isReadOnly: async () => false,
}

/** The largest prime below 2^31: products of two remainders fit into 64 bits. */
const PRIME = 2_147_483_647
const LETTERS = 8

/** SQLite has no hash: the last letters as the digits of a number, multiplied by itself and the seed. */
function scatter(text: Sql, seed: number): Sql {
  const digits = Array.from({ length: LETTERS }, (_, at) => {
    return sql`coalesce(unicode(substr(${text}, ${raw(String(-1 - at))}, 1)), 0) * ${raw(String(131 ** at % PRIME))}`
  })
  const mixed = (number: string, by: number) =>
    raw(`((${number} % ${PRIME}) * ((${number} + ${by}) % ${PRIME}) % ${PRIME})`)
  const start = (seed * 7_919 + 104_729) % PRIME
  return sql`(SELECT ${mixed('y.n', 15_485_863)} FROM (SELECT ${mixed('x.n', start)} AS n
    FROM (SELECT (${join(digits, ' + ')}) * 48271 AS n) AS x) AS y)`
}

/** How long a statement waits for another process's lock, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000

async function open(url: string): Promise<Client> {
  const [{ PrismaClient }, { PrismaBetterSqlite3 }] = await Promise.all([
    import('../../../generated/sqlite/client.ts'),
    import('@prisma/adapter-better-sqlite3'),
  ])
  return new PrismaClient({ adapter: new PrismaBetterSqlite3({ url, timeout: BUSY_TIMEOUT_MS }) })
}

/** Turning WAL on needs the file for oneself for a moment. */
async function prepare(client: Client): Promise<void> {
  await client.$queryRaw(raw('PRAGMA journal_mode = WAL'))
  // WAL's default, NORMAL, loses the last commits when the power fails. What they hold was paid for.
  await client.$executeRaw(raw('PRAGMA synchronous = FULL'))
  await client.$executeRaw(raw('PRAGMA cache_size = -32768'))
  // At SQLite's own 1,000 pages nearly every checkpoint of ours would copy the log into the file as well.
  await client.$queryRaw(raw('PRAGMA wal_autocheckpoint = 8000'))
}
