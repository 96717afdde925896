import { createHash } from 'node:crypto'
import type { RecordRow } from '../domain/record.ts'

interface MadeOf {
  /** Null: all columns; nobody knew then which of them the request is made of. */
  readonly columns: readonly string[] | null
  readonly hashes: readonly string[]
}

/** What a call's request is made of, to be kept with the call: for each of its records a hash of these columns. */
export function madeOf(columns: readonly string[] | null, rows: readonly RecordRow[]): string {
  return JSON.stringify({ columns, hashes: rows.map((row) => hashOf(columns, row)) } satisfies MadeOf)
}

/** Which of the call's records have been changed since: the request could not be made again as it was. */
export function changedSince(kept: string | null, rows: readonly (RecordRow | undefined)[]): readonly boolean[] {
  if (kept === null) return rows.map(() => false)
  const { columns, hashes } = JSON.parse(kept) as MadeOf
  return rows.map((row, at) => row !== undefined && hashOf(columns, row) !== hashes[at])
}

function hashOf(columns: readonly string[] | null, row: RecordRow): string {
  const names = columns ?? Object.keys(row).sort()
  const values = names.map((name) => [name, row[name] ?? null])
  const text = JSON.stringify(values, (_, value) => (typeof value === 'bigint' ? String(value) : value))
  return createHash('sha1').update(text).digest('base64url').slice(0, 11)
}
