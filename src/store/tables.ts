import { ownDialect } from './dialect/dialect-of.ts'
import type { OwnTables } from './dialect/own-dialect.ts'
import type { Dialect } from './sql.ts'

export type { OwnTables }

export function ownTables(dialect: Dialect): OwnTables {
  return ownDialect(dialect).tables
}
