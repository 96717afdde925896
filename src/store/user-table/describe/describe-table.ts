import type { Problem } from '../../../domain/errors/problem.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { type Db, type Dialect, queryJson, sql } from '../../sql.ts'
import { type Column, columnSql, tableSql, type UserTable } from '../user-table.ts'
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
  if (key !== null && problems.length === 0) {
    const table = { ...known, key }
    const foreign = await heldInstead(db, table)
    if (foreign === null) return { table }
    problems.push({ path: 'records.refreshedAt', found: foreign, allowed: userTableDialect(dialect).instants.allowed })
  }
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

/** Only the first rows are looked at, however many there are. */
const LOOKED_AT = 1_000

/** What a column of text holds, where none of it is an instant: it is meant for something else, which a stamp would overwrite. */
async function heldInstead(db: Db, table: UserTable): Promise<string | null> {
  const { refreshedAt, dialect } = table
  if (refreshedAt?.instant !== 'iso-text') return null
  const cell = columnSql(refreshedAt, 'r')
  const age = userTableDialect(dialect).instants.ageDays(cell, 0)
  const { instants, held } = await queryJson<{ instants: number; held: unknown }>(
    db,
    sql`SELECT json_object('instants', count(v.age), 'held', max(CASE WHEN typeof(v.cell) = 'text' AND trim(v.cell) <> '' THEN v.cell END)) AS json
      FROM (SELECT ${cell} AS cell, ${age} AS age FROM ${tableSql(table)} AS r LIMIT ${LOOKED_AT}) AS v`,
  )
  if (held === null || instants > 0) return null
  return `"${refreshedAt.name}", which holds ${JSON.stringify(held).slice(0, 60)}, and no instant`
}
