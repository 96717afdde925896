import type { Item, ItemState } from '../../domain/call/item.ts'
import { ownDialect, ownTables } from '../dialect/dialect-of.ts'
import { type Db, type Dialect, empty, queryRows, raw, type Sql, sql } from '../sql.ts'

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
  /** Up to which seq was looked, where the patience ended before the page was full; null: it is full, or there are no more. */
  readonly lookedTo: number | null
}

/** How many items one statement looks at: SQLite works in this thread, and holds up nobody for long. */
const SLICE = 100_000

/**
 * A page of a run's items, in its order. Nothing but (run_no, seq) is indexed, as a selection of a million records would
 * pay for every other index: a search reads from there on, slice by slice, until the page is full or `patient` says no.
 */
export async function findItems(
  db: Pick<Db, '$queryRaw'>,
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
  return sql`SELECT seq, key, state, attempts, reason, refreshed_at AS "selectedAt" FROM ${item}
    WHERE run_no = ${runNo} AND seq > ${after} AND seq <= ${upTo}
      ${key === null ? empty : sql`AND ${keyIs(dialect, key)}`} ${state === null ? empty : sql`AND state = ${state}`}
    ORDER BY seq LIMIT ${limit}`
}

function keyIs(dialect: Dialect, { text, prefix }: NonNullable<ItemSearch['key']>): Sql {
  return prefix ? ownDialect(dialect).startsWith(raw('key'), text) : sql`key = ${text}`
}
