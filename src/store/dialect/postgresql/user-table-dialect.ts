import { raw, sql } from '../../sql.ts'
import { columnSql } from '../../user-table/user-table.ts'
import type { UserTableDialect } from '../user-table-dialect.ts'
import { postgresqlCatalog } from './catalog.ts'
import { postgresqlCells } from './cells.ts'
import { postgresqlConditions } from './conditions.ts'
import { postgresqlHealth } from './health.ts'
import { postgresqlImports } from './imports.ts'
import { postgresqlInstants } from './instants.ts'
import { postgresqlJson } from './own-dialect.ts'
import { postgresqlUpdates } from './updates.ts'

export const postgresqlUserTableDialect: UserTableDialect = {
  json: postgresqlJson,
  catalog: postgresqlCatalog,
  cells: postgresqlCells,
  keys: {
    isAmong(table, alias, keys) {
      const asked = sql`SELECT CAST(asked.key AS ${raw(table.key.castType)}) FROM (${keys}) AS asked (key)`
      return sql`${columnSql(table.key, alias)} IN (${asked})`
    },
    fromText: (table, text) => sql`CAST(${text} AS ${raw(table.key.castType)})`,
  },
  instants: postgresqlInstants,
  conditions: postgresqlConditions,
  values: {
    boolean: (value) => (value ? 'true' : 'false'),
    instant: (instant, { kind }) => (kind === 'timestamp' ? instant.slice(0, -1) : instant),
    keepsUuids: false,
    wholeNumberFrom: () => null,
    // It rounds to the column's scale.
    holdsDecimal: () => true,
    holdsEscapes: () => false,
  },
  updates: postgresqlUpdates,
  imports: postgresqlImports,
  health: postgresqlHealth,
}
