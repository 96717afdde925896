import { type Db, sql } from '../../sql.ts'
import type { Unique } from '../../user-table/describe/catalog.ts'
import { queryJson } from '../../user-table/read/query-json.ts'
import type { Column } from '../../user-table/user-table.ts'
import type { PostgresqlRelation } from './relations.ts'
import { viewedTable } from './view.ts'

/** What is unique in the relation; in a view, what is unique in the table that it shows. */
export async function postgresqlUnique(
  db: Db,
  relation: PostgresqlRelation,
  columns: readonly Column[],
): Promise<Unique> {
  if (relation.kind !== 'v') return uniqueOf(db, relation.oid)
  const viewed = await viewedTable(db, relation, columns)
  if (viewed === null) return { primaryKey: [], columns: [] }
  const unique = await uniqueOf(db, viewed.oid)
  const shownAs = (base: string) => [...viewed.shows].filter(([, shown]) => shown === base).map(([name]) => name)
  const [only, ...rest] = unique.primaryKey
  const whole = only !== undefined && rest.length === 0 ? shownAs(only).slice(0, 1) : []
  return {
    primaryKey: whole,
    columns: [...unique.columns, ...unique.primaryKey.slice(0, whole.length)].flatMap(shownAs),
  }
}

function uniqueOf(db: Db, oid: string): Promise<Unique> {
  return queryJson(
    db,
    sql`SELECT json_build_object(
          'primaryKey', coalesce((
            SELECT json_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum))
            FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
            WHERE i.indrelid = ${oid}::text::oid AND i.indisprimary
              AND array_position(i.indkey::int2[], a.attnum) < i.indnkeyatts), '[]'),
          'columns', coalesce((
            SELECT json_agg(DISTINCT a.attname)
            FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = ${oid}::text::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
              AND i.indnkeyatts = 1 AND i.indkey[0] <> 0), '[]')
        )::text AS json`,
  )
}
