import { type Db, join, raw, sql } from '../../sql.ts'
import { queryJson } from '../../user-table/read/query-json.ts'
import { tableSql, type UserTable } from '../../user-table/user-table.ts'
import type { ImportDialect, ImportFacts } from '../import-dialect.ts'

const EXACT_TEXT = ['text', 'character varying', 'name']

export const postgresqlImports: ImportDialect = {
  facts,
  isLooseKey: ({ kind, castType }) => kind === 'text' && !EXACT_TEXT.includes(castType),
  // Its sequences would lose the keys of those that are there.
  addsFreely: false,

  batch(json, columns) {
    const fields = [
      raw('j.n - 1 AS n'),
      ...Array.from({ length: columns }, (_, at) => raw(`j.value->>${at} AS c${at}`)),
    ]
    return sql`SELECT ${join(fields)} FROM jsonb_array_elements(${json}::jsonb) WITH ORDINALITY AS j(value, n)`
  },
  // Without modifiers: a cast to varchar(3) would cut.
  value: (column, at) => sql`CAST(${raw(`v.c${at}`)} AS ${raw(column.castType)})`,
  // The value is rounded, and padded. Types that know no equality are compared as text.
  differs(column, cell, at) {
    const value = sql`CAST(${raw(`v.c${at}`)} AS ${raw(column.sqlType)})`
    const compares = [column, column.element].every((type) => type?.kind !== 'json' || type.castType === 'jsonb')
    return compares
      ? sql`${cell} IS DISTINCT FROM ${value}`
      : sql`CAST(${cell} AS text) IS DISTINCT FROM CAST(${value} AS text)`
  },
  insert: (table, columns, rows, key) => sql`INSERT INTO ${tableSql(table)} (${columns}) ${rows}
    WHERE true ON CONFLICT (${key}) DO NOTHING`,
  update: (table, assignments, batch, condition) =>
    sql`UPDATE ${tableSql(table)} AS r SET ${assignments} FROM (${batch}) AS v
    WHERE ${condition}`,
}

function facts(db: Db, table: UserTable): Promise<ImportFacts> {
  return queryJson(
    db,
    sql`SELECT CAST(json_build_object(
      'refusal', CASE WHEN c.relkind = 'v' THEN 'a view' END,
      'defaults', coalesce((SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped AND (a.atthasdef OR a.attidentity <> '')), '[]'),
      'closed', coalesce((SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped AND NOT has_column_privilege(c.oid, a.attnum, 'INSERT')), '[]'),
      'unique', coalesce((SELECT json_agg(json_build_object('columns', (
          SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid
          AND array_position(i.indkey::int2[], a.attnum) < i.indnkeyatts)))
        FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL), '[]')
    ) AS text) AS json
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${table.schema ?? 'public'} AND c.relname = ${table.name}`,
  )
}
