import type { Problem } from '../../../domain/errors/problem.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { Db, Dialect } from '../../sql.ts'
import type { Column, UserTable } from '../user-table.ts'
import { findRelation } from './catalog.ts'
import { checkKey, checkRefreshedAt, columnNamed } from './check-columns.ts'
import { tableLabel } from './table-name.ts'

export interface TableWanted {
  readonly table: string
  readonly key: string
  readonly refreshedAt?: string | undefined
}

export type Described =
  | { readonly table: UserTable }
  /** `provisional`: the table as far as it is known, to check the rest of the config against; not to work with. */
  | { readonly problems: Problem[]; readonly provisional?: UserTable }

export type Describe = (wanted: TableWanted) => Promise<Described>

/**
 * Looks the user's table up in the database's catalog and checks that spenddown can work with it. Problems carry
 * the paths `records.table`, `records.key` and `records.refreshedAt`.
 */
export async function describeTable(db: Db, dialect: Dialect, wanted: TableWanted): Promise<Described> {
  const { catalog } = userTableDialect(dialect)
  const found = findRelation(catalog, await catalog.relations(db, wanted.table), wanted.table)
  if ('problem' in found) return { problems: [found.problem] }

  const facts = await catalog.facts(db, found.relation)
  const listed = await catalog.columns(db, found.relation)
  const unique = await catalog.unique(db, facts)
  const problems: Problem[] = []
  const key = columnNamed(listed, wanted.key, 'records.key', problems)
  if (key !== null) problems.push(...checkKey(key, unique, 'records.key'))
  const refreshedAt = stampColumn(listed, wanted, dialect, problems)
  const columns = listed.map((column) => (column.name === refreshedAt?.name ? refreshedAt : column))
  const known = { dialect, ...facts, label: tableLabel(facts.schema, facts.name), columns, refreshedAt }
  if (key !== null && problems.length === 0) return { table: { ...known, key } }
  const [first] = columns
  return first === undefined ? { problems } : { problems, provisional: { ...known, key: key ?? first } }
}

function stampColumn(columns: readonly Column[], wanted: TableWanted, dialect: Dialect, problems: Problem[]) {
  if (wanted.refreshedAt === undefined) return null
  const path = 'records.refreshedAt'
  const column = columnNamed(columns, wanted.refreshedAt, path, problems)
  if (column === null) return null
  problems.push(...checkRefreshedAt(column, wanted.key, dialect, path))
  return userTableDialect(dialect).instants.mark(column)
}
