import type { Transaction } from '../client.ts'
import { type Dialect, sql } from '../sql.ts'
import { ownTables } from '../tables.ts'
import type { UserTable } from '../user-table/user-table.ts'

/** Lifts the cool-downs of the records that the run missed, or that failed in it, and of their duplicates. */
export async function liftCoolDowns(
  tx: Pick<Transaction, '$executeRaw'>,
  dialect: Dialect,
  table: UserTable,
  runNo: number,
): Promise<void> {
  const own = ownTables(dialect)
  const ended = sql`i.run_no = ${runNo} AND i.state IN ('notFound', 'failed')`
  await tx.$executeRaw(sql`UPDATE ${own.memory} SET cool_down_until = NULL
    WHERE source = ${table.label} AND vendor = (SELECT r.vendor FROM ${own.run} AS r WHERE r.no = ${runNo})
      AND key IN (SELECT i.key FROM ${own.item} AS i WHERE ${ended}
        UNION ALL SELECT d.key FROM ${own.item} AS i JOIN ${own.duplicate} AS d ON d.run_no = i.run_no AND d.seq = i.seq
        WHERE ${ended})`)
}
