import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { Sql } from '../../sql.ts'
import type { UserTable } from '../user-table.ts'

/** Whether a record's key is among those (texts) that a subquery of one column selects; the key's index serves. */
export function keysOf(table: UserTable, alias: string, keys: Sql): Sql {
  return userTableDialect(table.dialect).keys.isAmong(table, alias, keys)
}
