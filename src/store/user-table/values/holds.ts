import type { ColumnKind, ValueType } from '../user-table.ts'
import { integerRange } from './numbers.ts'

const WORDS: Readonly<Partial<Record<ColumnKind, string>>> = {
  numeric: 'decimal numbers',
  float: 'numbers',
  boolean: 'true or false',
  text: 'text',
  uuid: 'UUIDs',
  json: 'JSON',
  timestamp: 'instants (a Date, or ISO 8601 text)',
  timestamptz: 'instants (a Date, or ISO 8601 text)',
  date: 'dates (such as 2026-11-05)',
  time: 'times of day (such as 10:30:00)',
  bytes: 'bytes',
}

/** What a column of the type holds, in words. */
export function holds(type: ValueType): string {
  if (type.kind === 'integer' || type.kind === 'bigint') {
    const [least, greatest] = integerRange(type)
    return `whole numbers from ${least} to ${greatest}`
  }
  if (type.kind === 'array') return `lists of ${type.element === undefined ? 'values' : holds(type.element)}`
  if (type.labels !== undefined) return oneOf(type.labels)
  if (type.maxLength !== undefined) return `text of at most ${type.maxLength} characters`
  if (type.precision !== undefined) return `decimal numbers of type ${type.sqlType}`
  return WORDS[type.kind] ?? 'values that spenddown does not know'
}

function oneOf(labels: readonly string[]): string {
  const shown = labels.slice(0, 12).map((label) => `"${label}"`)
  const more = labels.length > shown.length ? ` or another of its ${labels.length} labels` : ''
  return `${shown.join(', ')}${more}`
}
