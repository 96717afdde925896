import type { KeptChanges } from '../../domain/changes.ts'
import type { CheckpointInput, CommittedItem } from '../../refresh/ports/store.ts'
import type { Client } from '../client.ts'
import { jsonRows } from '../json-rows.ts'
import { type Dialect, type Sql, sql } from '../sql.ts'
import type { OwnTables } from '../tables.ts'
import { resultsOf } from './results.ts'

/** Keeps old and new values of the records that were written; null where none are to be kept. `items`: as the results. */
export function changesWrite(
  own: OwnTables,
  dialect: Dialect,
  input: CheckpointInput,
  items: readonly CommittedItem[],
): Sql | null {
  const rows = resultsOf(input).flatMap(({ record: { key, kept }, seq }, at) => {
    return kept === undefined || items[at]?.end !== 'refreshed' ? [] : [[seq, key, JSON.stringify(kept)]]
  })
  if (rows.length === 0) return null
  const batch = jsonRows(dialect, rows, { seq: 'bigint', key: 'text', changed: 'text' })
  return sql`INSERT INTO ${own.change} (run_no, seq, key, changed)
    SELECT CAST(${input.runNo} AS INTEGER), v.seq, v.key, v.changed FROM (${batch}) AS v`
}

/** The changes of a run's first records that have any. */
export async function firstChanges(
  client: Pick<Client, 'change'>,
  runNo: number,
  most: number,
): Promise<{ readonly key: string; readonly changes: KeptChanges }[]> {
  const rows = await client.change.findMany({ where: { runNo }, orderBy: [{ seq: 'asc' }, { key: 'asc' }], take: most })
  return rows.map(({ key, changed }) => ({ key, changes: JSON.parse(changed) as KeptChanges }))
}
