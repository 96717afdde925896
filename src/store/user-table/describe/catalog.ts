import { nearestName, type Problem } from '../../../domain/errors/problem.ts'
import type { Db } from '../../sql.ts'
import type { Column, UserTable } from '../user-table.ts'
import { fit, readTableName, type TableName, tableLabel } from './table-name.ts'

/** What the database knows of its tables, in one form for all dialects. */
export interface Catalog<R extends Relation = Relation> {
  /** `named`: where it is in another schema than the session's, those of that count too. */
  relations(db: Db, named?: string): Promise<R[]>
  /** Why the relation cannot be refreshed, in words such as "a materialized view"; null: it can be. */
  refusal(relation: R): string | null
  columns(db: Db, relation: R): Promise<Column[]>
  unique(db: Db, table: TableFacts): Promise<Unique[]>
  facts(db: Db, relation: R): Promise<TableFacts>
}

export type TableFacts = Pick<UserTable, 'schema' | 'name' | 'believedTiny' | 'deferredChecks'>

export interface Relation {
  readonly schema: string
  readonly name: string
  /** Its place in the search path, from 1; null: only its schema's name leads to it. */
  readonly position: number | null
  /** One of spenddown's own. */
  readonly own: boolean
  /** How many rows the database believes it has; null or missing: it does not say. */
  readonly rows?: number | null
}

/** Columns that are unique together, for all rows. */
export interface Unique {
  readonly columns: readonly string[]
  readonly primary: boolean
  /** PostgreSQL: it may be checked at commit only, so that no INSERT can go by it. */
  readonly deferrable?: boolean
}

const PATH = 'records.table'

/** The relation that the name means, if its records can be refreshed. The problem's path is `records.table`. */
export function findRelation<R extends Relation>(
  catalog: Catalog<R>,
  relations: readonly R[],
  text: string,
): { readonly relation: R } | { readonly problem: Problem } {
  for (const name of readTableName(text)) {
    const [best, next] = relations
      .map((relation) => ({ relation, rank: rank(relation, name) }))
      .filter(({ rank }) => rank > 0)
      .sort((a, b) => a.rank - b.rank)
    if (best === undefined) continue
    const { relation } = best
    if (next?.rank === best.rank) return { problem: ambiguous(name, [relation, next.relation]) }
    const refusal = relation.own ? "one of spenddown's own tables" : catalog.refusal(relation)
    const allowed = 'a table whose records can be updated'
    return refusal === null ? { relation } : { problem: { path: PATH, found: `"${text}", ${refusal}`, allowed } }
  }
  return { problem: missingTable(text, relations) }
}

/** 0: not meant. Otherwise the lower, the likelier: exact names first, then the search path's order, ours last. */
function rank(relation: Relation, wanted: TableName): number {
  const name = fit(wanted.name, relation.name)
  if (name === 0) return 0
  if (wanted.schema === undefined) {
    if (relation.position === null) return 0
    return name * 1_000_000 + relation.position + (relation.own ? 100_000 : 0)
  }
  const schema = fit(wanted.schema, relation.schema)
  return schema === 0 ? 0 : name * 10 + schema
}

function ambiguous({ name }: TableName, meant: readonly Relation[]): Problem {
  const both = meant.map((relation) => tableLabel(relation.schema, relation.name)).join(' and ')
  const hint = `There are ${both}: put the name in double quotes, capitals as they are.`
  return { path: PATH, found: `"${name.text}"`, allowed: 'the name of one table', hint }
}

function missingTable(text: string, relations: readonly Relation[]): Problem {
  const bare = readTableName(text)[0]?.name.text ?? text
  const others = relations.filter((relation) => !relation.own)
  const names = others.map(({ name }) => name)
  const near = nearestName(bare, names)
  const list = names.length === 0 ? ' (it has none yet)' : names.length <= 12 ? `: ${names.join(', ')}` : ''
  const meant = others.find((relation) => relation.name === near)
  const name = meant && tableLabel(meant.position === null ? meant.schema : undefined, meant.name)
  const hint = name === undefined ? undefined : `Did you mean \`${name}\`?`
  return { path: PATH, found: `"${text}", which is not there`, allowed: `a table of the database${list}`, hint }
}
