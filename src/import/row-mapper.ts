import { messageOf } from '../domain/errors/errors.ts'
import type { LineData } from './line-reader.ts'

/** Where a column's value comes from: the config's ImportSource. */
export type Source = string | ((line: never) => unknown)

/** One column of an import, as far as values are read for it. */
export interface MappedColumn {
  readonly name: string
  readonly source: Source
  /** A line without it is rejected. */
  readonly key: boolean
  readonly nullable: boolean
  /** Numbers may have lost digits on their way without harm: floating point. */
  readonly inexact: boolean
  /** The value as text for the database, or what is wrong with it. */
  encode(value: unknown): { readonly text: string | null } | { readonly problem: string }
}

export type Row = { readonly values: readonly (string | null | undefined)[] } | { readonly problem: string }

/** Maps a parsed line to the values of a record, in the order of the columns, or says why it cannot. */
export function rowMapper(
  columns: readonly MappedColumn[],
  { csv, empty }: { readonly csv: boolean; readonly empty: 'keep' | 'write' },
): (data: LineData) => Row {
  const readers = columns.map((column) => ({ column, read: reader(column.source, csv) }))
  return (data) => {
    const values: (string | null | undefined)[] = []
    for (const { column, read } of readers) {
      let value: unknown
      try {
        value = read(data)
      } catch (error) {
        return { problem: `records.import.columns.${column.name} threw: ${messageOf(error)}` }
      }
      const found = encoded(column, meant(value, csv, empty))
      if ('problem' in found) return found
      values.push(found.value)
    }
    return { values }
  }
}

/** What the value says: undefined nothing, null that there is none. */
function meant(value: unknown, csv: boolean, empty: 'keep' | 'write'): unknown {
  if (value === undefined || (value !== null && value !== '')) return value
  if (empty === 'keep') return undefined
  return csv ? null : value
}

type Encoded = { readonly value: string | null | undefined } | { readonly problem: string }

function encoded(column: MappedColumn, value: unknown): Encoded {
  const { name, key } = column
  if (key && (value === undefined || value === null || value === '')) return { problem: `it has no key: no "${name}"` }
  if (value === null && !column.nullable) return { problem: `column "${name}" takes no NULL` }
  if (value === undefined || value === null) return { value }
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && !column.inexact)
    return { problem: `column "${name}": a number too large to be exact; write it as text` }
  const result = column.encode(value)
  return 'problem' in result ? result : { value: result.text }
}

function reader(source: Source, csv: boolean): (data: LineData) => unknown {
  if (typeof source === 'function') return source as (data: LineData) => unknown
  const path = csv ? [source] : source.split('.')
  const [only, ...rest] = path as [string, ...string[]]
  if (rest.length === 0) return (data) => (Object.hasOwn(data, only) ? data[only] : undefined)
  return (data) => {
    let value: unknown = data
    for (const name of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
      value = (value as Record<string, unknown>)[name]
    }
    return value
  }
}
