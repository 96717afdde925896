import type { Duplicate, OpenItem } from '../../domain/call/item.ts'
import type { SelectRequest } from '../../refresh/ports/selection.ts'
import { textSql } from '../dialect/casts.ts'
import { ownDialect, ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { jsonList, selectJson } from '../json-rows.ts'
import { allOf, type Db, type Dialect, empty, join, queryJsonList, raw, type Sql, sql } from '../sql.ts'
import { refreshedAtSql } from '../user-table/read/record-json.ts'
import { columnOf, columnSql, keySql, tableSql, type UserTable } from '../user-table/user-table.ts'

export const NO_DUPLICATES: ReadonlyMap<number, readonly Duplicate[]> = new Map()

/** What records that would send the same request have in common, as text; nothing where one of the columns is NULL. */
export function sameSql(table: UserTable, dedupeBy: readonly string[], alias: string): Sql {
  const columns = namedColumns(table, dedupeBy, alias)
  const texts = join(columns.map((column) => textSql(table.dialect, column)))
  const unlike = sql`'k' || ${keySql(table, alias)}`
  const like = textSql(table.dialect, userTableDialect(table.dialect).json.array(texts))
  const known = allOf(columns.map((column) => sql`${column} IS NOT NULL`))
  return sql`CASE WHEN ${known} THEN ${like} ELSE ${unlike} END`
}

/** Finds the duplicates of items after `already` among the `eligible` records (as `t`) that are not in the run yet. */
export function insertDuplicates(table: UserTable, request: SelectRequest, already: number, eligible: Sql): Sql {
  const own = ownTables(table.dialect)
  const { runNo, selection, duplicateLimit } = request
  const key = columnSql(table.key, 'l')
  const { conditions, keys } = userTableDialect(table.dialect)
  const itemKey = keys.fromText(table, raw('i.key'))
  const [ours, theirs] = [namedColumns(table, selection.dedupeBy, 'l'), namedColumns(table, selection.dedupeBy, 't')]
  const same = allOf(
    selection.dedupeBy.map((name, at) => conditions.same(columnOf(table, name), theirs[at] as Sql, ours[at] as Sql)),
  )
  return sql`${ownDialect(table.dialect).mayHash} INSERT INTO ${own.duplicate} (run_no, seq, "key", refreshed_at)
    SELECT i.run_no, i.seq, ${keySql(table, 't')}, ${refreshedAtSql(table, 't')}
    FROM ${own.item} AS i JOIN ${tableSql(table)} AS l ON ${key} = ${itemKey} JOIN ${tableSql(table)} AS t ON ${same}
    WHERE i.run_no = ${runNo} AND i.seq > ${already} AND ${keySql(table, 't')} <> i.key AND ${eligible}
    ORDER BY i.seq ${duplicateLimit === null ? empty : sql`LIMIT ${raw(String(duplicateLimit))}`}`
}

/** The duplicates of items, by the items' places. */
export async function duplicatesOf(db: Db, table: UserTable, runNo: number, items: readonly OpenItem[]) {
  if (items.length === 0) return NO_DUPLICATES
  const duplicates = new Map<number, Duplicate[]>()
  const rows = await queryJsonList<[number, string, string | null]>(db, duplicatesSql(table.dialect, runNo, items))
  for (const [seq, key, selectedAt] of rows) duplicates.set(seq, [...(duplicates.get(seq) ?? []), { key, selectedAt }])
  return duplicates
}

/** Exported for the test of its plan. */
export function duplicatesSql(dialect: Dialect, runNo: number, items: readonly Pick<OpenItem, 'seq'>[]): Sql {
  const seqs = items.map(({ seq }) => seq)
  const from = sql`FROM ${ownTables(dialect).duplicate} AS d
    WHERE d.run_no = ${runNo} AND d.seq IN (${jsonList(dialect, 'bigint', seqs)})`
  return selectJson(dialect, 'd.seq, d.key, d.refreshed_at', from)
}

/** Columns of the table by their names, as `alias` has them. Throws Error where there is none. */
export function namedColumns(table: UserTable, names: readonly string[], alias: string): Sql[] {
  return names.map((name) => columnSql(columnOf(table, name), alias))
}
