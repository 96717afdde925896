import { userTableDialect } from '../dialect/dialect-of.ts'
import type { Reader, Sql } from '../sql.ts'
import type { UserTable } from '../user-table/user-table.ts'

/** With more rows than this a table is large, where it can be sampled. */
export const LARGE_ROWS = 2_000_000
/** Rows that a sample has, about, of the table and of what is remembered. */
const SAMPLE_ROWS = 60_000

/** A part of a table's rows, drawn by a seed. */
export interface Sample {
  /** From 0 to 1. */
  readonly share: number
  /** Stands for the table in a FROM, as `t`. */
  from(seed: number): Sql
  /** What is remembered of the table's records, or a part of it, as `m`, and the records that it is of, as `t`. */
  remembered(): Promise<Sql>
  readonly knowsRanges: boolean
  /** A key of the table of a text that was remembered as one; NULL where it is none. */
  key(text: Sql): Sql
}

/** Null: the table is not large, or its database cannot sample it. */
export async function sampleOf(db: Reader, table: UserTable, large = LARGE_ROWS): Promise<Sample | null> {
  const { sampling } = userTableDialect(table.dialect)
  const measured = await sampling.measure(db, table, large)
  if (measured === null || measured.rows <= large) return null
  const share = Math.min(1, SAMPLE_ROWS / measured.rows)
  return {
    share,
    knowsRanges: sampling.knowsRanges,
    from: (seed) => measured.part(share, seed),
    key: (text) => sampling.key(table, text),
    remembered: () => sampling.remembered(db, table, SAMPLE_ROWS),
  }
}
