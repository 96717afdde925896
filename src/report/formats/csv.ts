import type { Item } from '../../domain/call/item.ts'
import type { KeptChanges } from '../../domain/run/changes.ts'

export type ItemRow = Item & { readonly changes: KeptChanges | null }

/** A line for each item, a page at a time: a run may have millions. `columns`: those whose values are kept. */
export async function* csvLines(
  pages: AsyncIterable<readonly ItemRow[]>,
  columns: readonly string[],
): AsyncGenerator<string> {
  const values = columns.flatMap((name) => [`${name} before`, `${name} after`])
  yield csvLine(['seq', 'key', 'outcome', 'reason', 'attempts', 'last refreshed', ...values])
  for await (const page of pages) {
    yield page
      .map(({ seq, key, state, reason, attempts, selectedAt, changes }) => {
        const kept = columns.flatMap((name) => valuesOf(changes, name))
        return csvLine([seq, key, state, reason, attempts, selectedAt, ...kept])
      })
      .join('')
  }
}

/** The column's name is the user's: it may be "constructor". */
function valuesOf(changes: KeptChanges | null, name: string): readonly [string | null, string | null] {
  return (changes !== null && Object.hasOwn(changes, name) ? changes[name] : undefined) ?? [null, null]
}

/** A line of a CSV file (RFC 4180). */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** A number is not a formula, even "-5". */
const NUMBER = /^-?\d+(\.\d+)?$/
/** What a spreadsheet may take for the beginning of a formula, full-width signs too (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** A cell of a CSV file (RFC 4180) that is text wherever it is opened: what could be a formula gets an apostrophe. */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",;\r\n\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
