import type { ImportRow } from '../../import/ports.ts'
import type { ImportTarget } from './target.ts'

/** One record of a batch: what its lines say together, as if each had gone in after the one before. */
export interface MergedRow {
  readonly values: readonly (string | null | undefined)[]
  /** In the file's order. */
  readonly lines: readonly ImportRow[]
}

/**
 * A statement can write a record once, so that lines with the same key become one: the last word counts, column by
 * column; what it does not say, an earlier line may. It makes no difference where one batch ends and another begins.
 */
export function mergeRows(target: ImportTarget, rows: readonly ImportRow[]): MergedRow[] {
  const places = target.columns.flatMap(({ role }, at) => (role === 'key' ? [at] : []))
  const [only, ...more] = places
  const keyOf = ({ values }: ImportRow) =>
    more.length === 0 ? values[only as number] : JSON.stringify(places.map((at) => values[at]))
  const merged = new Map<string | null | undefined, MergedRow>()
  for (const row of rows) {
    const key = keyOf(row)
    const before = merged.get(key)
    merged.set(key, before === undefined ? { values: row.values, lines: [row] } : merge(target, before, row))
  }
  return [...merged.values()]
}

/** The first line makes the record, so that what only a new record gets is the first line's to say. */
function merge({ columns }: ImportTarget, { values, lines }: MergedRow, row: ImportRow): MergedRow {
  const both = row.values.map((value, at) => {
    const earlier = values[at]
    return value === undefined || (columns[at]?.role === 'new' && earlier !== undefined) ? earlier : value
  })
  return { values: both, lines: [...lines, row] }
}
