import type { Dialect } from '../sql.ts'
import type { ErrorCodes } from './driver-error.ts'
import type { OwnDialect } from './own-dialect.ts'
import type { OwnTables } from './own-tables.ts'
import { postgresqlOwnDialect } from './postgresql/own-dialect.ts'
import { postgresqlUserTableDialect } from './postgresql/user-table-dialect.ts'
import { sqliteOwnDialect } from './sqlite/own-dialect.ts'
import { sqliteUserTableDialect } from './sqlite/user-table-dialect.ts'
import type { UserTableDialect } from './user-table-dialect.ts'

const OWN_DIALECTS: Readonly<Record<Dialect, OwnDialect>> = {
  sqlite: sqliteOwnDialect,
  postgresql: postgresqlOwnDialect,
}

const USER_TABLE_DIALECTS: Readonly<Record<Dialect, UserTableDialect>> = {
  sqlite: sqliteUserTableDialect,
  postgresql: postgresqlUserTableDialect,
}

/** How spenddown's own tables are reached, read and written there. */
export function ownDialect(name: Dialect): OwnDialect {
  return OWN_DIALECTS[name]
}

export function ownTables(name: Dialect): OwnTables {
  return OWN_DIALECTS[name].tables
}

/** How a user's table is described, read, compared and written there. */
export function userTableDialect(name: Dialect): UserTableDialect {
  return USER_TABLE_DIALECTS[name]
}

const all = Object.values(OWN_DIALECTS).map(({ errors }) => errors)

/** The codes of all databases, for errors that do not say which one they come from. */
export const errorCodes: ErrorCodes = {
  isPassing: (code) => all.some((each) => each.isPassing(code)),
  isRefusingToOpen: (code) => all.some((each) => each.isRefusingToOpen(code)),
  isDenied: (code) => all.some((each) => each.isDenied(code)),
  isHistoryMissing: (code) => all.some((each) => each.isHistoryMissing(code)),
  refusalOf: (error) => all.map((each) => each.refusalOf(error)).find((refusal) => refusal !== null) ?? null,
  isSavepointGone: (error) => all.some((each) => each.isSavepointGone(error)),
}
