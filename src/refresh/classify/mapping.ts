import { messageOf } from '../../domain/errors/errors.ts'
import { withoutRejection } from '../../domain/errors/without-rejection.ts'
import type { KeptChanges } from '../../domain/run/changes.ts'
import type { JsonValue, RecordRow } from '../../domain/values/record.ts'
import type { MapData, Mapped } from '../ports/vendor.ts'
import { columnSource, type Source } from './column-source.ts'

export type Update = Readonly<Record<string, Source>>

/** Checks and encodes values for the record's columns. */
export type Encode = (
  values: Readonly<Record<string, unknown>>,
) => { readonly values: Readonly<Record<string, JsonValue>> } | { readonly problem: string }

/** Validates data against the config's schema; returns the schema's output. */
export type Check = (
  data: unknown,
) => { readonly data: unknown } | { readonly invalid: { readonly path: string; readonly problem: string } }

/** Returns the columns in which new values differ from the record's. */
export type Compare = (record: RecordRow, values: Readonly<Record<string, JsonValue>>) => readonly string[]

/** Returns the values of changed columns before and after, as text. */
export type Keep = (
  record: RecordRow,
  values: Readonly<Record<string, JsonValue>>,
  changed: readonly string[],
) => KeptChanges

/**
 * Turns data into column values. A value that the data does not have (undefined) leaves its column alone; data that
 * has nothing for any column, or a value that its column cannot hold, is unusable.
 */
export function mapper(
  update: Update,
  encode: Encode,
  check: Check = (data) => ({ data }),
  compare: Compare | null = null,
  keep: Keep | null = null,
): MapData {
  const columns = Object.entries(update).map(([column, source]) => columnSource(column, source))
  const provable = columns.some(({ name }) => name !== null)
  return (received, record) => {
    if (received === undefined || received === null) return { kind: 'unusable', reason: 'the reply has no data' }
    if (received instanceof Promise) return { kind: 'unusable', reason: 'the data is a promise' }
    const checked = check(received)
    if ('invalid' in checked) {
      const { path, problem } = checked.invalid
      return { kind: 'unusable', reason: `vendor.response: ${path}: ${problem}` }
    }
    const { data } = checked
    const values: Record<string, unknown> = {}
    const missing: string[] = []
    let [isProven, isUnread] = [!provable, false]
    for (const { column, read, name, readsData, isNothing } of columns) {
      try {
        const value = withoutRejection(read(data, record))
        if (name !== null && isNothing(value)) missing.push(name)
        if (value === undefined) continue
        values[column] = value
        if (name === null) continue
        isProven ||= readsData()
        isUnread ||= !readsData()
      } catch (error) {
        return { kind: 'unusable', reason: `records.update.${column} threw: ${messageOf(error)}` }
      }
    }
    const found = isProven ? encoded(values, encode) : isUnread ? UNREAD : NOTHING
    const mapped = missing.length === 0 ? found : { ...found, missing }
    if (compare === null || mapped.kind !== 'values') return mapped
    const changed = compare(record, mapped.values)
    if (keep === null || changed.length === 0) return { ...mapped, changed }
    return { ...mapped, changed, kept: keep(record, mapped.values, changed) }
  }
}

function encoded(values: Record<string, unknown>, encode: Encode): Mapped {
  if (Object.keys(values).length === 0) return NOTHING
  const result = encode(values)
  if ('problem' in result) return { kind: 'unusable', reason: result.problem }
  return { kind: 'values', values: result.values }
}

const NOTHING: Mapped = { kind: 'unusable', reason: 'the data has nothing for any column' }
const UNREAD: Mapped = {
  kind: 'unusable',
  reason: 'records.update reads nothing of the data; its functions get (data, record), in this order',
}
