import { sql } from '../../sql.ts'
import type { OwnDialect } from '../own-dialect.ts'
import { nameOwnTables } from '../own-tables.ts'
import { openSqlite, prepareSqlite } from './connection.ts'
import { sqliteErrors } from './errors.ts'
import { sqliteJson } from './json.ts'

/** spenddown's tables have a prefix. */
const tables = nameOwnTables((name) => `"spenddown_${name}"`)

export const sqliteOwnDialect: OwnDialect = {
  tables,
  json: sqliteJson,
  errors: sqliteErrors,
  callItems: { rows: sql`json_each(c.items) AS j`, seq: sql`j.value` },

  open: openSqlite,
  prepare: prepareSqlite,
  // A transaction sees what there was at its first statement anyway (WAL).
  snapshotOptions: {},
  blocksThread: true,
  singleWriter: true,

  beginMigration: async () => {},
  async writeTogether(tx, statements) {
    for (const statement of statements) await tx.$executeRaw(statement)
  },

  wholeNumber: (value) => sql`${value}`,
  startsWith: (column, text) => sql`substr(${column}, 1, length(${text})) = ${text}`,
  // SQLite builds an index for an uncorrelated IN.
  notInRun: (key, runNo) => sql`${key} NOT IN (SELECT i.key FROM ${tables.item} AS i WHERE i.run_no = ${runNo}
        UNION ALL SELECT d.key FROM ${tables.duplicate} AS d WHERE d.run_no = ${runNo})`,

  clockMs: async () => null,
  isReadOnly: async () => false,
}
