import type { Item } from '../../domain/call/item.ts'
import type { KeptChanges } from '../../domain/run/changes.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { type Db, type Dialect, queryRows, type Sql, sql } from '../sql.ts'

export interface ItemOfRun extends Item {
  readonly changes: KeptChanges | null
}

const PAGE = 10_000

/** All items of a run in its order, so many at once: a page begins where the one before ended. */
export async function* allItems(client: Db, dialect: Dialect, runNo: number): AsyncGenerator<readonly ItemOfRun[]> {
  for (let after = 0; ; after += PAGE) {
    const page = allItemsSql(dialect, runNo, after, PAGE)
    const rows = await queryRows<Item & { changed: string | null }>(client, page)
    if (rows.length === 0) return
    yield rows.map(({ changed, ...row }) => ({ ...row, changes: changed === null ? null : JSON.parse(changed) }))
  }
}

/** A run's items are numbered without gaps. Exported for the test of its plan. */
export function allItemsSql(dialect: Dialect, runNo: number, after: number, rows: number): Sql {
  const { item, change } = ownTables(dialect)
  return sql`SELECT i.seq, i.key, i.state, i.attempts, i.reason, i.refreshed_at AS "selectedAt", c.changed
    FROM ${item} AS i LEFT JOIN ${change} AS c ON c.run_no = i.run_no AND c.seq = i.seq AND c.key = i.key
    WHERE i.run_no = ${runNo} AND i.seq > ${after} AND i.seq <= ${after + rows} ORDER BY i.seq`
}
