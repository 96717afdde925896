import type { Problem } from '../../../domain/problem.ts'
import type { Db } from '../../sql.ts'
import type { Column, UserTable } from '../user-table.ts'
import { fit, type TableName, tableLabel } from './table-name.ts'

/** What the database knows of its tables, told alike for both dialects. */
export interface Catalog<R extends Relation = Relation> {
  relations(db: Db): Promise<R[]>
  /** Why the relation cannot be refreshed, in words such as "a materialized view"; null: it can be. */
  refusal(relation: R): string | null
  columns(db: Db, relation: R): Promise<Column[]>
  unique(db: Db, relation: R, columns: readonly Column[]): Promise<Unique>
  facts(db: Db, relation: R): Promise<TableFacts>
}

export type TableFacts = Pick<UserTable, 'schema' | 'name' | 'withoutRowid' | 'believedTiny' | 'deferredChecks'>

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

export interface Unique {
  /** The columns of the primary key. */
  readonly primaryKey: readonly string[]
  /** Columns that are unique by themselves, for all rows. */
  readonly columns: readonly string[]
}

/** The relation that the name means, or why there is none. */
export function chooseRelation<R extends Relation>(
  relations: readonly R[],
  names: readonly TableName[],
  path: string,
): { relation: R } | { ambiguous: Problem } | null {
  for (const name of names) {
    const ranked = relations
      .map((relation) => ({ relation, rank: rank(relation, name) }))
      .filter(({ rank }) => rank > 0)
      .sort((a, b) => a.rank - b.rank)
    const [best, next] = ranked
    if (best === undefined) continue
    if (next === undefined || next.rank > best.rank) return { relation: best.relation }
    const both = [best, next].map(({ relation }) => tableLabel(relation.schema, relation.name)).join(' and ')
    const hint = `There are ${both}: put the name in double quotes, capitals as they are.`
    return { ambiguous: { path, found: `"${name.name.text}"`, allowed: 'the name of one table', hint } }
  }
  return null
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
