import type { UserTableDialect } from '../user-table-dialect.ts'
import { sqliteCatalog } from './catalog.ts'
import { sqliteCells } from './cells.ts'
import { sqliteConditions } from './conditions.ts'
import { sqliteHealth } from './health.ts'
import { sqliteImports } from './imports.ts'
import { sqliteInstants } from './instants.ts'
import { sqliteJson } from './json.ts'
import { sqliteKeys } from './keys.ts'
import { sqliteUpdates } from './updates.ts'
import { sqliteValues } from './values.ts'

export const sqliteUserTableDialect: UserTableDialect = {
  json: sqliteJson,
  catalog: sqliteCatalog,
  cells: sqliteCells,
  keys: sqliteKeys,
  instants: sqliteInstants,
  conditions: sqliteConditions,
  values: sqliteValues,
  updates: sqliteUpdates,
  imports: sqliteImports,
  health: sqliteHealth,
}
