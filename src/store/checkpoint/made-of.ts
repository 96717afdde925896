import { isDeepStrictEqual } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import type { RecordRow } from '../../domain/values/record.ts'

/** The columns that a call's request is made of, and what each of its records held in them. */
type MadeOf = readonly [columns: readonly string[], values: readonly (readonly unknown[])[]]

/** What a call's request is made of, as text, so that the very same request can be made again. `columns` null: all. */
export function madeOf(columns: readonly string[] | null, rows: readonly RecordRow[]): string {
  const names = columns ?? Object.keys(rows[0] ?? {})
  const kept: MadeOf = [names, rows.map((row) => names.map((name) => row[name]))]
  return serialize(kept).toString('base64')
}

/** What the request was made of, record by record in the call's order, and whether the record has changed since. */
export function asTheyWere(kept: string, rows: readonly (RecordRow | undefined)[]) {
  const [columns, values] = deserialize(Buffer.from(kept, 'base64')) as MadeOf
  return rows.map((row, at) => {
    const then = Object.fromEntries(columns.map((name, place) => [name, values[at]?.[place]]))
    return { then, changed: row === undefined || !columns.every((name) => isDeepStrictEqual(row[name], then[name])) }
  })
}
