import type { KeptChanges } from '../../domain/run/changes.ts'
import type { Client } from '../client.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { jsonRows } from '../json-rows.ts'
import { type Sql, sql } from '../sql.ts'
import type { Writing } from './results.ts'

/** Keeps old and new values of the records that were written; null where none are to be kept. */
export function changesWrite({ table: { dialect }, input, written }: Writing): Sql | null {
  const rows = written.flatMap(({ record: { key, kept }, seq, item }) =>
    kept === undefined || item.end !== 'refreshed' ? [] : [[seq, key, JSON.stringify(kept)]],
  )
  if (rows.length === 0) return null
  const batch = jsonRows(dialect, rows, { seq: 'bigint', key: 'text', changed: 'text' })
  return sql`INSERT INTO ${ownTables(dialect).change} (run_no, seq, key, changed)
    SELECT CAST(${input.runNo} AS INTEGER), v.seq, v.key, v.changed FROM (${batch}) AS v`
}

/** The changes of a run's first records that have any. */
export async function firstChanges(client: Pick<Client, 'change'>, runNo: number, most: number) {
  const rows = await client.change.findMany({ where: { runNo }, orderBy: [{ seq: 'asc' }, { key: 'asc' }], take: most })
  return rows.map(({ key, changed }) => ({ key, changes: JSON.parse(changed) as KeptChanges }))
}
