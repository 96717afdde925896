import { join, raw, sql } from '../../sql.ts'
import { labelSql, textSql } from '../casts.ts'
import type { JsonRowType, JsonSql } from '../user-table-dialect.ts'

/** A little longer than the longest key, so that what is longer is no other key. */
const KEY_TYPE = raw('CHAR(501)')

/**
 * A row an element: one list of all would be cut at group_concat_max_len, or be NULL above max_allowed_packet. A column of
 * JSON_TABLE is LONGTEXT: VARCHAR cuts what is longer without a word.
 */
export const mysqlJson: JsonSql = {
  array: (values) => sql`json_array(${values})`,
  selectList: (each, from) => sql`SELECT ${each} AS element ${from}`,
  rows(json, columns) {
    const fields = Object.entries(columns).map(([name, type]) => sql`${cellOf(name, type)} AS ${raw(`"${name}"`)}`)
    const declared = Object.entries(columns).map(([name, type], at) => {
      return raw(`"${name}" ${type === 'bigint' ? 'BIGINT' : 'LONGTEXT'} PATH '$[${at}]'`)
    })
    return sql`SELECT ${join(fields)} FROM JSON_TABLE(${json}, '$[*]' COLUMNS (${join(declared)})) AS j`
  },
}

/** Texts in the session's collation, which compares bytes; JSON_TABLE gives them the server's. */
function cellOf(name: string, type: JsonRowType) {
  const cell = raw(`j."${name}"`)
  if (type === 'bigint') return cell
  if (type === 'label') return labelSql('mysql', cell)
  return type === 'key' ? sql`CAST(${cell} AS ${KEY_TYPE})` : textSql('mysql', cell)
}
