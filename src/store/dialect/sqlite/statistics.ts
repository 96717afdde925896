import { type Db, quote, sql } from '../../sql.ts'
import type { SqliteRelation } from './relations.ts'

/** Below so many rows SQLite would rather scan a table than look a row up. Measured with SQLite 3.53: three. */
const FEW_ROWS = 10

/**
 * Whether SQLite plans with statistics that count next to no rows. They may be of long ago: ANALYZE looks once, and
 * the table may have grown to millions since.
 */
export async function isBelievedTiny(db: Db, { schema, name }: SqliteRelation): Promise<boolean> {
  const analyzed = await db.$queryRaw<unknown[]>(
    sql`SELECT 1 AS one FROM pragma_table_list WHERE "schema" = ${schema} AND name = 'sqlite_stat1'`,
  )
  if (analyzed.length === 0) return false
  const few = await db.$queryRaw<unknown[]>(
    sql`SELECT 1 AS one FROM ${quote(schema)}.sqlite_stat1 WHERE tbl = ${name} AND CAST(stat AS INTEGER) < ${FEW_ROWS}`,
  )
  return few.length > 0
}
