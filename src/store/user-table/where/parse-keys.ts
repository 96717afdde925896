import type { Problem } from '../../../domain/errors/problem.ts'
import type { RecordKey } from '../../../domain/values/record.ts'
import { withoutTrailing } from '../../../domain/words/without-trailing.ts'
import type { UserTable } from '../user-table.ts'
import { encodeValue } from '../values/encode-values.ts'
import { holds } from '../values/holds.ts'

export type ParsedKeys = { readonly keys: RecordKey[] } | { readonly problems: Problem[] }

/** So many bad lines are shown; the others are counted. */
const SHOWN = 5

/**
 * Reads keys, one a line, into the form that the database prints: whole numbers without zeros in front, UUIDs in
 * small letters, text as it is. Empty lines and repetitions are dropped; the order is kept.
 */
export function parseKeys(texts: Iterable<string>, table: UserTable, path: string): ParsedKeys {
  const keys = new Set<RecordKey>()
  const problems: Problem[] = []
  const allowed = `a key of ${table.label} a line: ${holds(table.key)}`
  const read = keyReader(table)
  let line = 0
  let bad = 0
  for (const text of texts) {
    line++
    const key = read(text.endsWith('\r') ? text.slice(0, -1) : text)
    if (key === null) {
      bad++
      const found = text.length > 60 ? `"${text.slice(0, 60)}…"` : `"${text}"`
      if (bad <= SHOWN) problems.push({ path: `${path}:${line}`, found, allowed })
    } else if (key !== '') keys.add(key)
  }
  if (bad > SHOWN) problems.push({ path, found: `${bad - SHOWN} more lines that are no key`, allowed })
  return problems.length > 0 ? { problems } : { keys: [...keys] }
}

/** Null: not a key of the table. Empty: an empty line. */
function keyReader({ key, dialect }: UserTable): (text: string) => RecordKey | null {
  return (text) => {
    const written = key.kind === 'text' ? text : text.trim()
    if (written === '') return ''
    const isWhole = key.kind === 'integer' || key.kind === 'bigint'
    if (isWhole && !/^[+-]?\d+$/.test(written)) return null
    const encoded = encodeValue(written, key, dialect)
    if ('problem' in encoded) return null
    // PostgreSQL prints char(n) without the blanks that fill it up.
    return key.castType === 'bpchar' ? withoutTrailing(encoded.text, ' ') : encoded.text
  }
}
