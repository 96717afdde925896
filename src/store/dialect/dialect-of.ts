import type { Dialect } from '../sql.ts'
import type { OwnDialect } from './own-dialect.ts'
import { postgresqlOwnDialect } from './postgresql/own-dialect.ts'
import { sqliteOwnDialect } from './sqlite/own-dialect.ts'

const OWN_DIALECTS: Readonly<Record<Dialect, OwnDialect>> = {
  sqlite: sqliteOwnDialect,
  postgresql: postgresqlOwnDialect,
}

/** How spenddown's own tables are reached, read and written there. */
export function ownDialect(name: Dialect): OwnDialect {
  return OWN_DIALECTS[name]
}

export const ALL_ERROR_CODES = Object.values(OWN_DIALECTS).map(({ errors }) => errors)
