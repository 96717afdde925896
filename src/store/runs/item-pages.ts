import type { ItemState } from '../../domain/item.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import type { Db, Dialect, Sql } from '../sql.ts'
import { empty, raw, sql } from '../sql.ts'
import { ownTables } from '../tables.ts'

/** Which items of a run are looked for, those of a higher seq than `after` alone. */
export interface ItemSearch {
  readonly after: number
  /** Null: any key. `prefix`: keys that begin with the text; else the key that is the text. */
  readonly key: { readonly text: string; readonly prefix: boolean } | null
  /** Null: any. */
  readonly state: ItemState | null
}

export interface FoundItem {
  readonly seq: number
  readonly key: string
  readonly state: ItemState
  readonly attempts: number
  readonly reason: string | null
  /** The record's refreshedAt as it was when selected, in the database's text form; null: never refreshed. */
  readonly selectedAt: string | null
}

export interface FoundItems {
  readonly items: readonly FoundItem[]
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
  const items: FoundItem[] = []
  let after = search.after
  while (after < run.last) {
    const upTo = after + SLICE
    const rows = await db.$queryRaw<ItemRow[]>(
      itemsPageSql(dialect, run.no, { ...search, after }, upTo, limit + 1 - items.length),
    )
    items.push(...rows.map(toItem))
    if (items.length > limit) return { items: items.slice(0, limit), next: seqOf(items[limit - 1]), lookedTo: null }
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

interface ItemRow extends Omit<FoundItem, 'seq' | 'attempts'> {
  readonly seq: number | bigint
  readonly attempts: number | bigint
}

function toItem(row: ItemRow): FoundItem {
  return { ...row, seq: Number(row.seq), attempts: Number(row.attempts) }
}

function seqOf(item: FoundItem | undefined): number | null {
  return item?.seq ?? null
}
