import { raw, type Sql, sql } from '../../sql.ts'
import { nameOwnTables, type OwnDialect } from '../own-dialect.ts'
import { bytesOf } from './compare.ts'
import { isDone, mysqlErrors } from './errors.ts'
import { mysqlJson } from './json.ts'
import { serverOf } from './texts.ts'
import { mysqlWrites } from './writes.ts'

/** spenddown's tables are in the URL's database, and have a prefix. */
const tables = nameOwnTables((name) => `"spenddown_${name}"`)

/** Of one database: others on the server may migrate meanwhile. */
const LOCK = raw("concat('spenddown ', md5(database()))")
const LOCK_SECONDS = 300

export const mysqlOwnDialect: OwnDialect = {
  tables,
  writes: mysqlWrites,
  json: mysqlJson,
  errors: mysqlErrors,
  callItems: { rows: sql`JSON_TABLE(c.items, '$[*]' COLUMNS (seq INT PATH '$')) AS j`, seq: sql`j.seq` },

  driver: '@prisma/adapter-mariadb',
  // The connector is loaded where it is needed.
  open: async (url, most) => (await import('./session.ts')).open(url, most),
  prepare: async () => {},
  snapshotOptions: { isolationLevel: 'RepeatableRead' as never },
  blocksThread: false,
  singleWriter: false,
  hasQueue: false,

  historyColumns: raw(
    '(name VARCHAR(191) PRIMARY KEY, checksum VARCHAR(64) NOT NULL, applied_at VARCHAR(40) NOT NULL)',
  ),
  migrationSteps: {
    isDone,
    // What compares bytes has another name on each server; the session has found it.
    async wording(db) {
      const { texts } = await serverOf(db)
      return (text) => text.replace('utf8mb4_nopad_bin', texts)
    },
  },
  async beginMigration(tx) {
    const [row] = await tx.$queryRaw<{ got: unknown }[]>(sql`SELECT get_lock(${LOCK}, ${LOCK_SECONDS}) AS got`)
    if (Number(row?.got) !== 1) throw new Error('another process migrates this database, and does not come to an end')
  },
  async endMigration(tx) {
    await tx.$queryRaw(sql`SELECT release_lock(${LOCK}) AS gone`)
  },
  async writeTogether(tx, statements) {
    for (const statement of statements) await tx.$executeRaw(statement)
  },

  // LIMIT takes a bare parameter only.
  wholeNumber: (value) => sql`${BigInt(value)}`,
  // CAST(… AS DOUBLE) is not in all versions.
  real: (value) => sql`(${value} + 0e0)`,
  scatter,
  // What has a LIMIT is not merged into what is around it.
  once: raw('LIMIT 18446744073709551615'),
  // MySQL hashes anyway; MariaDB, which looks into no index then, where it is told to.
  mayHash: raw('/*M! SET STATEMENT join_cache_level = 4, join_buffer_size = 67108864 FOR */'),
  // Seen: MariaDB numbers them in any order.
  numbersInOrder: false,
  startsWith: (column, text) => sql`${bytesOf(sql`left(${column}, char_length(${text}))`)} = CAST(${text} AS BINARY)`,
  // The server makes a table with an index of each, once.
  notInRun: (key, runNo) => sql`${key} NOT IN (SELECT i.key FROM ${tables.item} AS i WHERE i.run_no = ${runNo})
        AND ${key} NOT IN (SELECT d.key FROM ${tables.duplicate} AS d WHERE d.run_no = ${runNo})`,

  async clockMs(db) {
    const [row] = await db.$queryRaw<{ ms: unknown }[]>(raw('SELECT unix_timestamp(sysdate(6)) * 1000 AS ms'))
    return Number(row?.ms)
  },
  async isReadOnly(db) {
    const [row] = await db.$queryRaw<{ only: unknown }[]>(raw('SELECT @@global.read_only AS only'))
    return !/^(0|OFF|NO_LOCK)$/i.test(String(row?.only))
  },
}

function scatter(text: Sql, seed: number): Sql {
  const hash = sql`substr(md5(concat(${text}, ${`/${seed}`})), 1, 8)`
  return sql`CAST(conv(${hash}, 16, 10) & 2147483647 AS SIGNED)`
}
