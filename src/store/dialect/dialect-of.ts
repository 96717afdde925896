import type { Dialect } from '../sql.ts'
import { mysqlOwnDialect } from './mysql/own-dialect.ts'
import { mysqlUserTableDialect } from './mysql/user-table-dialect.ts'
import type { ErrorCodes, OwnDialect, OwnTables } from './own-dialect.ts'
import { postgresqlOwnDialect } from './postgresql/own-dialect.ts'
import { postgresqlUserTableDialect } from './postgresql/user-table-dialect.ts'
import { sqliteOwnDialect } from './sqlite/own-dialect.ts'
import { sqliteUserTableDialect } from './sqlite/user-table-dialect.ts'
import type { UserTableDialect } from './user-table-dialect.ts'

const DIALECTS: Readonly<Record<Dialect, { readonly own: OwnDialect; readonly userTable: UserTableDialect }>> = {
  sqlite: { own: sqliteOwnDialect, userTable: sqliteUserTableDialect },
  postgresql: { own: postgresqlOwnDialect, userTable: postgresqlUserTableDialect },
  mysql: { own: mysqlOwnDialect, userTable: mysqlUserTableDialect },
}

/** How spenddown's own tables are reached, read and written there. */
export function ownDialect(name: Dialect): OwnDialect {
  return DIALECTS[name].own
}

export function ownTables(name: Dialect): OwnTables {
  return DIALECTS[name].own.tables
}

/** How a user's table is described, read, compared and written there. */
export function userTableDialect(name: Dialect): UserTableDialect {
  return DIALECTS[name].userTable
}

const all = Object.values(DIALECTS).map(({ own }) => own.errors)

/** The codes of all databases, for errors that do not say which one they come from. */
export const errorCodes: ErrorCodes = {
  isPassing: (code) => all.some((each) => each.isPassing(code)),
  isRefusingToOpen: (code) => all.some((each) => each.isRefusingToOpen(code)),
  isDenied: (code) => all.some((each) => each.isDenied(code)),
  isHistoryMissing: (code) => all.some((each) => each.isHistoryMissing(code)),
  refusalOf: (error) => all.map((each) => each.refusalOf(error)).find((refusal) => refusal !== null) ?? null,
  isSavepointGone: (error) => all.some((each) => each.isSavepointGone(error)),
}
