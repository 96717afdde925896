import { ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import type { Sampling } from '../dialect/user-table-dialect.ts'
import { empty, type Reader, raw, type Sql, sql } from '../sql.ts'
import { columnSql, qualifiedName, tableSql, type UserTable } from '../user-table/user-table.ts'

/** With more rows than this a table is large, where it can be sampled. */
export const LARGE_ROWS = 2_000_000
/** Rows that a sample has, about. */
const SAMPLE_ROWS = 60_000
/** Looks of about so many records say how often records change. */
const LOOKED_ROWS = 200_000

/** A part of a table's rows, by pages, drawn by a seed. */
export interface Sample {
  /** From 0 to 1. */
  readonly share: number
  /** Stands for the table in a FROM, as `t`. */
  from(seed: number): Sql
  /** What is remembered of the table's records, or a part of it, as `m`, and the records that it is of, as `t`. */
  remembered(): Promise<Sql>
  /** A key of the table of a text that was remembered as one; NULL where it is none. */
  key(text: Sql): Sql
}

/** Null: the table is not large, or its database cannot sample. */
export async function sampleOf(db: Reader, table: UserTable, large = LARGE_ROWS): Promise<Sample | null> {
  const { sampling } = userTableDialect(table.dialect)
  if (sampling === null) return null
  const rows = await sampling.rows(db, qualifiedName(table))
  if (rows <= large) return null
  const share = Math.min(1, SAMPLE_ROWS / rows)
  const from = (seed: number) => sql`${tableSql(table)} AS t ${sampling.clause(share, seed)}`
  const key = (text: Sql) => sampling.key(table, text)
  return { share, from, key, remembered: () => rememberedSql(db, table, sampling) }
}

async function rememberedSql(db: Reader, table: UserTable, sampling: Sampling): Promise<Sql> {
  const { memory } = ownTables(table.dialect)
  const rows = await sampling.rows(db, memory.sql)
  const part = rows > LOOKED_ROWS ? sampling.clause(LOOKED_ROWS / rows, 1) : empty
  const key = sampling.key(table, raw('m.key'))
  return sql`${memory} AS m ${part} JOIN ${tableSql(table)} AS t ON ${columnSql(table.key, 't')} = ${key}`
}
