import type { Item, ItemState, OpenItem } from '../../domain/call/item.ts'
import type { KeptChanges } from '../../domain/run/changes.ts'
import type { Client } from '../client.ts'
import { ownDialect, ownTables } from '../dialect/dialect-of.ts'
import { jsonList } from '../json-rows.ts'
import { type Dialect, empty, queryRows, type Reader, raw, type Sql, sql } from '../sql.ts'

/** Some of a run's items, by their places in it. */
export async function itemsAt(db: Reader, dialect: Dialect, runNo: number, seqs: readonly number[]) {
  if (seqs.length === 0) return new Map<number, OpenItem>()
  const found = sql`SELECT seq, "key", attempts, refreshed_at AS "selectedAt" FROM ${ownTables(dialect).item}
    WHERE run_no = ${runNo} AND seq IN (${jsonList(dialect, 'bigint', seqs)})`
  const items = await queryRows<OpenItem>(db, found)
  return new Map(items.map((item) => [item.seq, item]))
}

/** The places of a call's items, as its row lists them. */
export function seqsOf({ items }: { readonly items: string }): number[] {
  return JSON.parse(items) as number[]
}

type ItemOfRun = Item & { readonly changes: KeptChanges | null }

const PAGE = 10_000

/** All items of a run in its order, so many at once: a page begins where the one before ended. */
export async function* allItems(client: Reader, dialect: Dialect, runNo: number): AsyncGenerator<readonly ItemOfRun[]> {
  for (let after = 0; ; ) {
    const rows = await queryRows<Item & { changed: string | null }>(client, allItemsSql(dialect, runNo, after, PAGE))
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.seq
    yield rows.map(({ changed, ...row }) => ({ ...row, changes: changed === null ? null : JSON.parse(changed) }))
  }
}

/** Exported for the test of its plan. */
export function allItemsSql(dialect: Dialect, runNo: number, after: number, rows: number): Sql {
  const { item, change } = ownTables(dialect)
  return sql`SELECT i.seq, i.key, i.state, i.attempts, i.reason, i.refreshed_at AS "selectedAt", c.changed
    FROM ${item} AS i LEFT JOIN ${change} AS c ON c.run_no = i.run_no AND c.seq = i.seq AND c.key = i.key
    WHERE i.run_no = ${runNo} AND i.seq > ${after} ORDER BY i.seq LIMIT ${rows}`
}

/** The changes of a run's first records that have any. */
export async function firstChanges(client: Pick<Client, 'change'>, runNo: number, most: number) {
  const rows = await client.change.findMany({ where: { runNo }, orderBy: [{ seq: 'asc' }, { key: 'asc' }], take: most })
  return rows.map(({ key, changed }) => ({ key, changes: JSON.parse(changed) as KeptChanges }))
}

/** Which items of a run are looked for, those of a higher seq than `after` alone. */
export interface ItemSearch {
  readonly after: number
  /** Null: any key. `prefix`: keys that begin with the text; else the key that is the text. */
  readonly key: { readonly text: string; readonly prefix: boolean } | null
  /** Null: any. */
  readonly state: ItemState | null
}

export interface FoundItems {
  readonly items: readonly Item[]
  /** Go on after this seq; null: there are no more. */
  readonly next: number | null
  /** Up to which seq it looked, where `patient` stopped it before the page was full; else null. */
  readonly lookedTo: number | null
}

/** How many items one statement looks at: SQLite's statements block this thread. */
const SLICE = 100_000

/**
 * A page of a run's items, in its order. Only (run_no, seq) is indexed, as more indexes would slow down large
 * selections: a search reads slice by slice until the page is full or `patient` says no.
 */
export async function findItems(
  db: Reader,
  dialect: Dialect,
  run: { readonly no: number; readonly last: number },
  search: ItemSearch,
  { limit, patient }: { readonly limit: number; readonly patient: () => boolean },
): Promise<FoundItems> {
  const items: Item[] = []
  let after = search.after
  while (after < run.last) {
    const upTo = after + SLICE
    const page = itemsPageSql(dialect, run.no, { ...search, after }, upTo, limit + 1 - items.length)
    items.push(...(await queryRows<Item>(db, page)))
    if (items.length > limit)
      return { items: items.slice(0, limit), next: items[limit - 1]?.seq ?? null, lookedTo: null }
    after = upTo
    if (after < run.last && !patient()) return { items, next: after, lookedTo: after }
  }
  return { items, next: null, lookedTo: null }
}

/** Exported for the test of its plan. */
export function itemsPageSql(dialect: Dialect, runNo: number, search: ItemSearch, upTo: number, limit: number): Sql {
  const { item } = ownTables(dialect)
  const { key, state, after } = search
  return sql`SELECT seq, "key", state, attempts, reason, refreshed_at AS "selectedAt" FROM ${item}
    WHERE run_no = ${runNo} AND seq > ${after} AND seq <= ${upTo}
      ${key === null ? empty : sql`AND ${keyIs(dialect, key)}`} ${state === null ? empty : sql`AND state = ${state}`}
    ORDER BY seq LIMIT ${limit}`
}

function keyIs(dialect: Dialect, { text, prefix }: NonNullable<ItemSearch['key']>): Sql {
  return prefix ? ownDialect(dialect).startsWith(raw('"key"'), text) : sql`"key" = ${text}`
}
