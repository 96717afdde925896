import { nearestName, type Problem } from '../../../domain/problem.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { Db, Dialect } from '../../sql.ts'
import type { Column, UserTable } from '../user-table.ts'
import { type Catalog, chooseRelation, type Relation } from './catalog.ts'
import { checkKey } from './check-key.ts'
import { checkRefreshedAt } from './check-refreshed-at.ts'
import { columnNamed } from './named-column.ts'
import { readTableName, tableLabel } from './table-name.ts'

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
  const chosen = findRelation(catalog, await catalog.relations(db), wanted.table)
  if ('problem' in chosen) return { problems: [chosen.problem] }

  const columns = await catalog.columns(db, chosen.relation)
  const unique = await catalog.unique(db, chosen.relation, columns)
  const problems: Problem[] = []
  const key = columnNamed(columns, wanted.key, 'records.key', problems)
  if (key !== null) problems.push(...checkKey(key, unique, 'records.key'))
  const stamp = stampColumn(columns, wanted, dialect, problems)
  const { schema, ...facts } = await catalog.facts(db, chosen.relation)
  const label = tableLabel(schema, facts.name)
  const withStamp = columns.map((column) => (column.name === stamp?.name ? stamp : column))
  const known = {
    dialect,
    ...(schema === undefined ? {} : { schema }),
    ...facts,
    label,
    columns: withStamp,
    refreshedAt: stamp,
  }
  if (key !== null && problems.length === 0) return { table: { ...known, key } }
  const [first] = columns
  return { problems, ...(first === undefined ? {} : { provisional: { ...known, key: key ?? first } }) }
}

/** The relation that the name means, if its records can be refreshed. The problem's path is `records.table`. */
export function findRelation<R extends Relation>(
  catalog: Catalog<R>,
  relations: readonly R[],
  text: string,
): { readonly relation: R } | { readonly problem: Problem } {
  const path = 'records.table'
  const chosen = chooseRelation(relations, readTableName(text), path)
  if (chosen === null) return { problem: missingTable(text, relations, path) }
  if ('ambiguous' in chosen) return { problem: chosen.ambiguous }
  const refusal = chosen.relation.own ? "one of spenddown's own tables" : catalog.refusal(chosen.relation)
  return refusal === null ? chosen : { problem: unfit(text, refusal, path) }
}

function stampColumn(
  columns: readonly Column[],
  wanted: TableWanted,
  dialect: Dialect,
  problems: Problem[],
): Column | null {
  if (wanted.refreshedAt === undefined) return null
  const path = 'records.refreshedAt'
  const column = columnNamed(columns, wanted.refreshedAt, path, problems)
  if (column === null) return null
  problems.push(...checkRefreshedAt(column, wanted.key, dialect, path))
  return userTableDialect(dialect).instants.mark(column)
}

function missingTable(text: string, relations: readonly Relation[], path: string): Problem {
  const bare = readTableName(text)[0]?.name.text ?? text
  const others = relations.filter((relation) => !relation.own)
  const names = others.map(({ name }) => name)
  const near = nearestName(bare, names)
  const list = names.length === 0 ? ' (it has none yet)' : names.length <= 12 ? `: ${names.join(', ')}` : ''
  const allowed = `a table of the database${list}`
  const meant = others.find((relation) => relation.name === near)
  if (meant === undefined) return { path, found: `"${text}", which is not there`, allowed }
  const name = tableLabel(meant.position === null ? meant.schema : undefined, meant.name)
  return { path, found: `"${text}", which is not there`, allowed, hint: `Did you mean \`${name}\`?` }
}

function unfit(text: string, refusal: string, path: string): Problem {
  return { path, found: `"${text}", ${refusal}`, allowed: 'a table whose records can be updated' }
}
