import { empty, join, quote, raw, type Sql, sql } from '../sql.ts'

/** Rows for a table of spenddown's own. One that is there already is changed, or stays as it is where there is no `change`. */
export interface Upsert {
  readonly into: Sql
  readonly columns: readonly string[]
  /** A SELECT of them, which ends with a WHERE. */
  readonly rows: Sql
  /** The table's primary key: it has no other unique index. */
  readonly key: readonly string[]
  /** What columns get of a row that is there; `was`: as it is, `comes`: as it comes. No column is named but by these. */
  readonly change?: (was: ColumnSql, comes: ColumnSql) => Readonly<Record<string, Sql>>
}

type ColumnSql = (column: string) => Sql

/** Rows of a table of spenddown's own by what is in a list. */
export interface Listed {
  readonly table: Sql
  /** By which `where` knows it. */
  readonly alias: string
  readonly where: Sql
  /** The list, a SELECT, has columns of these names. */
  readonly columns: readonly string[]
  readonly list: Sql
}

/** The first rows of a table of spenddown's own. */
export interface First {
  readonly table: Sql
  /** What tells apart the rows of which `where` holds. */
  readonly key: readonly string[]
  readonly where: Sql
  /** A column; null: any rows will do. */
  readonly orderBy: string | null
  readonly limit: number
}

/** How spenddown's own tables are written, as far as databases differ. */
export interface OwnWrites {
  upsert(rows: Upsert): Sql
  /** `set`: with columns of the table alone. */
  updateListed(rows: Listed, set: Sql): Sql
  deleteListed(rows: Listed): Sql
  deleteFirst(rows: First): Sql
}

export function columnList(columns: readonly string[], alias?: string): Sql {
  return join(columns.map((name) => (alias === undefined ? quote(name) : sql`${raw(alias)}.${quote(name)}`)))
}

/** As SQLite and PostgreSQL write it. */
export const standardWrites: OwnWrites = {
  upsert({ into, columns, rows, key, change }) {
    const changed = change?.(
      (name) => sql`old.${quote(name)}`,
      (name) => sql`excluded.${quote(name)}`,
    )
    const set = Object.entries(changed ?? {}).map(([name, value]) => sql`${quote(name)} = ${value}`)
    const otherwise = set.length === 0 ? raw('NOTHING') : sql`UPDATE SET ${join(set)}`
    return sql`INSERT INTO ${into} AS old (${columnList(columns)}) ${rows}
      ON CONFLICT (${columnList(key)}) DO ${otherwise}`
  },
  updateListed: (rows, set) =>
    sql`UPDATE ${rows.table} AS ${raw(rows.alias)} SET ${set} WHERE ${rows.where} AND ${isListed(rows)}`,
  deleteListed: (rows) =>
    sql`DELETE FROM ${rows.table} AS ${raw(rows.alias)} WHERE ${rows.where} AND ${isListed(rows)}`,
  deleteFirst({ table, key, where, orderBy, limit }) {
    const order = orderBy === null ? empty : sql`ORDER BY ${quote(orderBy)}`
    return sql`DELETE FROM ${table} WHERE ${where} AND (${columnList(key)}) IN (
      SELECT ${columnList(key)} FROM ${table} WHERE ${where} ${order} LIMIT ${limit})`
  },
}

function isListed({ alias, columns, list }: Listed): Sql {
  const [one, ...more] = columns
  const named = columnList(columns, alias)
  return more.length === 0 && one !== undefined ? sql`${named} IN (${list})` : sql`(${named}) IN (${list})`
}
