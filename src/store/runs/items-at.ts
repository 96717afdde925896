import type { OpenItem } from '../../domain/call/item.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { jsonList } from '../json-rows.ts'
import { type Db, type Dialect, queryRows, sql } from '../sql.ts'

/** Some of a run's items, by their places in it. */
export async function itemsAt(
  db: Pick<Db, '$queryRaw'>,
  dialect: Dialect,
  runNo: number,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, OpenItem>> {
  if (seqs.length === 0) return new Map()
  const items = await queryRows<OpenItem>(
    db,
    sql`SELECT seq, key, attempts, refreshed_at AS "selectedAt" FROM ${ownTables(dialect).item}
      WHERE run_no = ${runNo} AND seq IN (${jsonList(dialect, 'bigint', seqs)})`,
  )
  return new Map(items.map((item) => [item.seq, item]))
}

/** The items of a call, as its `items` says them. */
export function seqsOf({ items }: { readonly items: string }): number[] {
  return JSON.parse(items) as number[]
}
