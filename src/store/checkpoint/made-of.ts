import { isDeepStrictEqual } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import type { RecordRow } from '../../domain/record.ts'

/** The columns that a call's request is made of, and what each of its records held in them. */
type MadeOf = readonly [columns: readonly string[], values: readonly (readonly unknown[])[]]

/** What a call's request is made of, as text, so that the very same request can be made again. `columns` null: all. */
export function madeOf(columns: readonly string[] | null, rows: readonly RecordRow[]): string {
  const names = columns ?? Object.keys(rows[0] ?? {})
  const kept: MadeOf = [names, rows.map((row) => names.map((name) => row[name]))]
  return serialize(kept).toString('base64')
}

export interface AsItWas {
  /** What of the record its call was made of. */
  readonly then: RecordRow
  /** The record does not hold that any more. */
  readonly changed: boolean
}

/** The call's records, as they are now, beside what its request was made of; `rows` in the order of the call. */
export function asTheyWere(kept: string, rows: readonly (RecordRow | undefined)[]): readonly AsItWas[] {
  const [columns, values] = deserialize(Buffer.from(kept, 'base64')) as MadeOf
  return rows.map((row, at) => {
    const then = Object.fromEntries(columns.map((name, place) => [name, values[at]?.[place]]))
    return { then, changed: row === undefined || !columns.every((name) => isDeepStrictEqual(row[name], then[name])) }
  })
}
