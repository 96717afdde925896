/** What a terminal is told; one that does not know a mode passes it over. */
const ESC = '\u001b['

/** Nothing is shown until all of it is there. */
export const TOGETHER = [`${ESC}?2026h`, `${ESC}?2026l`] as const
/** A line that a terminal finds longer than we do is cut, not broken. */
export const UNBROKEN = [`${ESC}?7l`, `${ESC}?7h`] as const
export const CURSOR = { hide: `${ESC}?25l`, show: `${ESC}?25h` } as const
export const ERASE = { line: `${ESC}K`, below: `${ESC}J` } as const

export function up(rows: number): string {
  return rows > 0 ? `\r${ESC}${rows}A` : '\r'
}

/** Colours stay; whatever else would move the cursor, or turn the line around, is shown as its number. */
export function onlyColours(text: string): string {
  return text.replace(COLOUR_OR_CONTROL, (found, colour: string | undefined) =>
    colour === undefined ? `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}` : found,
  )
}

const COLOUR_OR_CONTROL = new RegExp(
  `(${ESC.replace('[', '\\[')}[0-9;]*m)|(?![\\n\\t]|\\r\\n)[\\p{Cc}\\p{Cf}\\u2028\\u2029]`,
  'gu',
)
