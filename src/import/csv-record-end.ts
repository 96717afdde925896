import type { FindEnd } from './line-splitter.ts'

const NEWLINE = 10
const QUOTE = 34

/**
 * Where a CSV record ends: at the first line break outside quotes (RFC 4180, section 2,
 * https://www.rfc-editor.org/rfc/rfc4180#section-2). A quote opens only at a field's beginning, so that one in the
 * middle of a field, which is a mistake, spoils its own record and no other.
 */
export function csvRecordEnd(delimiter: string): FindEnd {
  const separator = delimiter.charCodeAt(0)
  return (bytes, start) => {
    const newline = bytes.indexOf(NEWLINE, start)
    const isQuoted = newline !== -1 && bytes.subarray(start, newline).includes(QUOTE)
    return isQuoted ? endOfQuoted(bytes, start, separator) : newline
  }
}

function endOfQuoted(bytes: Buffer, start: number, separator: number): number {
  let atFieldStart = true
  let quoted = false
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]
    if (quoted) {
      if (byte !== QUOTE) continue
      if (bytes[at + 1] === QUOTE) at += 1
      else quoted = false
    } else if (byte === NEWLINE) return at
    else if (byte === QUOTE && atFieldStart) quoted = true
    atFieldStart = byte === separator && !quoted
  }
  return -1
}
