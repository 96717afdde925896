import type { UserTableDialect } from '../user-table-dialect.ts'
import { postgresqlCatalog } from './catalog.ts'
import { postgresqlCells } from './cells.ts'
import { postgresqlConditions } from './conditions.ts'
import { postgresqlHealth } from './health.ts'
import { postgresqlImports } from './imports.ts'
import { postgresqlInstants } from './instants.ts'
import { postgresqlJson } from './json.ts'
import { postgresqlKeys } from './keys.ts'
import { postgresqlUpdates } from './updates.ts'
import { postgresqlValues } from './values.ts'

export const postgresqlUserTableDialect: UserTableDialect = {
  json: postgresqlJson,
  catalog: postgresqlCatalog,
  cells: postgresqlCells,
  keys: postgresqlKeys,
  instants: postgresqlInstants,
  conditions: postgresqlConditions,
  values: postgresqlValues,
  updates: postgresqlUpdates,
  imports: postgresqlImports,
  health: postgresqlHealth,
}
