import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { sql } from '../../sql.ts'
import { qualifiedName, tableSql } from '../../user-table/user-table.ts'
import type { TableHealth } from '../user-table-dialect.ts'

export const sqliteHealth: TableHealth = {
  missingRights: async (_db, _table, _updated, file) => (file === undefined ? [] : unwritable(file)),
  tableName: qualifiedName,
  explainRights: async (_db, missing) => ({
    problem: `this user may not write ${missing.join('; ')}`,
    remedy: 'chmod or chown it',
  }),
  async indexedFirst(db, table) {
    const rows = await db.$queryRaw<{ name: string }[]>(sql`
          SELECT c.name FROM pragma_index_list(${table.name}) AS l JOIN pragma_index_info(l.name) AS c
          WHERE c.seqno = 0 AND l.partial = 0 AND c.name IS NOT NULL`)
    return rows.map(({ name }) => name)
  },
  createIndexSql: (index, table, column) => `CREATE INDEX ${index} ON ${qualifiedName(table)} ("${column}")`,
  async hasMoreRows(db, table, than) {
    const rows = await db.$queryRaw<unknown[]>(sql`SELECT 1 AS one FROM ${tableSql(table)} AS t LIMIT 1 OFFSET ${than}`)
    return rows.length > 0
  },
}

/** WAL needs the folder too. */
function unwritable(file: string): string[] {
  return [file, dirname(file)].filter((path) => {
    try {
      accessSync(path, constants.W_OK)
      return false
    } catch {
      return true
    }
  })
}
