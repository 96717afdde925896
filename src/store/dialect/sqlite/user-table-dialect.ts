import { sql } from '../../sql.ts'
import { toMilliseconds } from '../../user-table/read/instant-text.ts'
import { columnSql } from '../../user-table/user-table.ts'
import type { UserTableDialect } from '../user-table-dialect.ts'
import { sqliteCatalog } from './catalog.ts'
import { sqliteCells } from './cells.ts'
import { sqliteConditions } from './conditions.ts'
import { sqliteHealth } from './health.ts'
import { sqliteImports } from './imports.ts'
import { sqliteInstants } from './instants.ts'
import { sqliteJson } from './own-dialect.ts'
import { sqliteUpdates } from './updates.ts'

export const sqliteUserTableDialect: UserTableDialect = {
  json: sqliteJson,
  catalog: sqliteCatalog,
  cells: sqliteCells,
  keys: {
    isAmong: (table, alias, keys) => sql`${columnSql(table.key, alias)} IN (${keys})`,
    fromText: (_table, text) => text,
  },
  instants: sqliteInstants,
  conditions: sqliteConditions,
  values: {
    boolean: (value) => (value ? '1' : '0'),
    instant: toMilliseconds,
    keepsUuids: true,
    /** A boolean as 1 or 0, a Date as epoch milliseconds. */
    wholeNumberFrom(value) {
      if (typeof value === 'boolean') return value ? '1' : '0'
      return value instanceof Date && !Number.isNaN(value.getTime()) ? String(value.getTime()) : null
    },
    // Where the digits are too many, it keeps a double.
    holdsDecimal: (text) => Number.isFinite(Number(text)),
    holdsEscapes: (json) => !/\\ud[89a-f]/i.test(json),
  },
  updates: sqliteUpdates,
  imports: sqliteImports,
  health: sqliteHealth,
}
