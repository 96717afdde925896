/** A number, which no program takes for a formula: "-5" stays what it is. */
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

export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}
