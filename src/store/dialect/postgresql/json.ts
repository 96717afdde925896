import { join, raw, sql } from '../../sql.ts'
import type { JsonSql } from '../json-sql.ts'

export const postgresqlJson: JsonSql = {
  array: (values) => sql`json_build_array(${values})`,
  list: (each) => sql`CAST(coalesce(json_agg(${each}), '[]') AS text)`,
  rows(json, columns) {
    const fields = Object.entries(columns).map(([name, type], at) => raw(`(j.value->>${at})::${type} AS "${name}"`))
    return sql`SELECT ${join(fields)} FROM jsonb_array_elements(${json}::jsonb) AS j(value)`
  },
}
