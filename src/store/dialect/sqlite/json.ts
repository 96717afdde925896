import { join, raw, sql } from '../../sql.ts'
import type { JsonSql } from '../json-sql.ts'

export const sqliteJson: JsonSql = {
  array: (values) => sql`json_array(${values})`,
  list: (each) => sql`json_group_array(${each})`,
  rows(json, columns) {
    const fields = Object.keys(columns).map((name, at) => raw(`j.value->>${at} AS "${name}"`))
    return sql`SELECT ${join(fields)} FROM json_each(${json}) AS j`
  },
}
