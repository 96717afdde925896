import { empty, join, quote, raw, type Sql, sql } from '../../sql.ts'
import { columnList, type Listed, type OwnWrites } from '../own-writes.ts'

/**
 * MySQL's UPDATE and DELETE scan the whole table where they have a list in a subquery, so they join it; STRAIGHT_JOIN begins
 * with it. Changes of ON DUPLICATE KEY UPDATE are made one after the other.
 */
export const mysqlWrites: OwnWrites = {
  upsert({ into, columns, rows, key, change }) {
    const was = (name: string) => sql`${into}.${quote(name)}`
    const changed = change?.(was, (name) => sql`VALUES(${quote(name)})`) ?? {
      [key[0] as string]: was(key[0] as string),
    }
    const set = Object.entries(changed).map(([name, value]) => sql`${quote(name)} = ${value}`)
    return sql`INSERT INTO ${into} (${columnList(columns)}) ${rows} ON DUPLICATE KEY UPDATE ${join(set)}`
  },
  updateListed: (rows, set) => sql`UPDATE ${joined(rows)} SET ${set} WHERE ${rows.where}`,
  deleteListed: (rows) => sql`DELETE ${raw(rows.alias)} FROM ${joined(rows)} WHERE ${rows.where}`,
  deleteFirst({ table, where, orderBy, limit }) {
    const order = orderBy === null ? empty : sql`ORDER BY ${quote(orderBy)}`
    return sql`DELETE FROM ${table} WHERE ${where} ${order} LIMIT ${limit}`
  },
}

function joined({ table, alias, columns, list }: Listed): Sql {
  const same = columns.map((name) => sql`${raw(alias)}.${quote(name)} = chosen.${quote(name)}`)
  return sql`(${list}) AS chosen STRAIGHT_JOIN ${table} AS ${raw(alias)} ON ${join(same, ' AND ')}`
}
