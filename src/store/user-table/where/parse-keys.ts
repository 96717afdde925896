import type { Problem } from '../../../domain/problem.ts'
import type { RecordKey } from '../../../domain/record.ts'
import { withoutTrailing } from '../../../domain/without-trailing.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { UserTable } from '../user-table.ts'
import { encodeValue } from '../values/encode-value.ts'
import { holds } from '../values/holds.ts'
import { integerRange } from '../values/numbers.ts'

export type ParsedKeys = { readonly keys: RecordKey[] } | { readonly problems: Problem[] }

/** So many bad lines are shown; the others are counted. */
const SHOWN = 5
/** Keys as the database prints them already (but for capitals), which is what a file of a million mostly has. */
const PRINTED_NUMBER = /^[1-9]\d{0,14}$/
const PRINTED_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Reads keys, one a line, into the form that the database prints: whole numbers without zeros in front, UUIDs in
 * small letters, text as it is. Empty lines and repetitions are dropped; the order is kept.
 */
export function parseKeys(texts: Iterable<string>, table: UserTable, path: string): ParsedKeys {
  const keys = new Set<RecordKey>()
  const problems: Problem[] = []
  const read = keyReader(table)
  let line = 0
  let bad = 0
  for (const text of texts) {
    line++
    const key = read(text.endsWith('\r') ? text.slice(0, -1) : text)
    if (key === null) {
      bad++
      if (bad <= SHOWN) problems.push(badKey(text, line, table, path))
    } else if (key !== '') keys.add(key)
  }
  if (bad > SHOWN) problems.push(moreBadKeys(bad - SHOWN, table, path))
  return problems.length > 0 ? { problems } : { keys: [...keys] }
}

/** Null: not a key of the table. Empty: an empty line. */
function keyReader(table: UserTable): (text: string) => RecordKey | null {
  const { key, dialect } = table
  const encoded = (value: string) => {
    const result = encodeValue(value, key, dialect)
    return 'text' in result ? result.text : null
  }
  if (key.kind === 'text') return (text) => (text === '' ? '' : printed(encoded(text), key.castType))
  if (key.kind === 'uuid') {
    const { keepsUuids } = userTableDialect(dialect).values
    const written = (uuid: string) => (keepsUuids ? uuid : uuid.toLowerCase())
    return (text) => (PRINTED_UUID.test(text) ? written(text) : text.trim() === '' ? '' : encoded(text.trim()))
  }
  const greatest = Number(integerRange(key)[1])
  return (text) => {
    if (PRINTED_NUMBER.test(text) && Number(text) <= greatest) return text
    const digits = text.trim()
    if (digits === '') return ''
    return /^[+-]?\d+$/.test(digits) ? encoded(digits) : null
  }
}

/** PostgreSQL prints char(n) without the blanks that fill it up. */
function printed(text: string | null, type: string): string | null {
  return text !== null && type === 'bpchar' ? withoutTrailing(text, ' ') : text
}

function badKey(text: string, line: number, table: UserTable, path: string): Problem {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return { path: `${path}:${line}`, found: `"${shown}"`, allowed: allowedKeys(table) }
}

function moreBadKeys(count: number, table: UserTable, path: string): Problem {
  return { path, found: `${count} more lines that are no key`, allowed: allowedKeys(table) }
}

function allowedKeys(table: UserTable): string {
  return `a key of ${table.label} a line: ${holds(table.key)}`
}
