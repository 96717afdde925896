import type { Problem } from '../../../domain/errors/problem.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { type Db, type Dialect, queryRows, raw, sql } from '../../sql.ts'
import { type Column, qualifiedName } from '../user-table.ts'
import { findRelation, type Relation } from './catalog.ts'
import { checkKey, checkRefreshedAt } from './check-columns.ts'
import { tableLabel } from './table-name.ts'

/** A table whose records can be refreshed, as `init` proposes it. */
export interface SurveyedTable {
  /** As a config names it. */
  readonly name: string
  readonly columns: readonly Column[]
  /** Columns that can be the key, the primary key first. */
  readonly keys: readonly string[]
  /** Columns that can be `refreshedAt`. */
  readonly stamps: readonly string[]
  readonly rows: RowCount
}

/** `about`: the database's own estimate · `over`: counting stopped there. */
export interface RowCount {
  readonly count: number
  readonly how: 'exact' | 'about' | 'over'
}

/** Counting further would take its time. */
const MOST_COUNTED = 10_000

/** The tables that can be refreshed, without spenddown's own: `most` at most, by name. */
export async function surveyTables(db: Db, dialect: Dialect, most: number): Promise<SurveyedTable[]> {
  const { catalog } = userTableDialect(dialect)
  const relations = await catalog.relations(db)
  const usable = relations.filter((relation) => !relation.own && catalog.refusal(relation) === null)
  const tables: SurveyedTable[] = []
  for (const relation of usable.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, most))
    tables.push(await survey(db, dialect, relation, relations))
  return tables
}

/** The one that the name means. The problem's path is `records.table`. */
export async function surveyTable(db: Db, dialect: Dialect, name: string): Promise<SurveyedTable | Problem> {
  const { catalog } = userTableDialect(dialect)
  const relations = await catalog.relations(db, name)
  const found = findRelation(catalog, relations, name)
  return 'problem' in found ? found.problem : survey(db, dialect, found.relation, relations)
}

/** What adds a column for the instant of the last refresh. */
export function addStampSql(dialect: Dialect, table: { readonly schema?: string; readonly name: string }): string {
  const { health, instants } = userTableDialect(dialect)
  return `ALTER TABLE ${health.tableName(table)} ADD COLUMN refreshed_at ${instants.declared};`
}

async function survey(db: Db, dialect: Dialect, relation: Relation, all: readonly Relation[]): Promise<SurveyedTable> {
  const { catalog } = userTableDialect(dialect)
  const columns = await catalog.columns(db, relation)
  const unique = await catalog.unique(db, relation)
  const keys = columns.filter((column) => checkKey(column, unique, '').length === 0).map(({ name }) => name)
  const primary = unique.find((set) => set.primary)?.columns[0]
  const stamps = columns.filter((column) => checkRefreshedAt(column, '', dialect, '').length === 0)
  return {
    name: tableLabel(isHidden(relation, all) ? relation.schema : undefined, relation.name),
    columns,
    keys: keys.sort((a, b) => Number(b === primary) - Number(a === primary)),
    stamps: stamps.map(({ name }) => name),
    rows: relation.rows ? { count: relation.rows, how: 'about' } : await count(db, relation),
  }
}

/** Whether its bare name leads to another relation, or nowhere. */
function isHidden({ name, position }: Relation, all: readonly Relation[]): boolean {
  if (position === null) return true
  return all.some((other) => other.name === name && other.position !== null && other.position < position)
}

async function count(db: Db, relation: Relation): Promise<RowCount> {
  const table = raw(qualifiedName(relation))
  const counting = sql`SELECT count(*) AS n FROM (SELECT 1 AS one FROM ${table} AS t LIMIT ${MOST_COUNTED + 1}) AS c`
  const [row] = await queryRows<{ n: number }>(db, counting)
  const rows = row?.n ?? 0
  return rows > MOST_COUNTED ? { count: MOST_COUNTED, how: 'over' } : { count: rows, how: 'exact' }
}
