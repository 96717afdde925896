/** Begins a control sequence; a terminal ignores those that it does not know. */
const ESC = '\u001b['

/** Begin and end of what the terminal shows all at once. */
export const TOGETHER = [`${ESC}?2026h`, `${ESC}?2026l`] as const
/** In between, a line that the terminal finds too long is cut, not wrapped. */
export const UNBROKEN = [`${ESC}?7l`, `${ESC}?7h`] as const
export const CURSOR = { hide: `${ESC}?25l`, show: `${ESC}?25h` } as const
export const ERASE = { line: `${ESC}K`, below: `${ESC}J` } as const

export function up(rows: number): string {
  return rows > 0 ? `\r${ESC}${rows}A` : '\r'
}

/** Keeps colours, and escapes whatever else would move the cursor or change the text direction. */
export function onlyColours(text: string): string {
  return text.replace(COLOUR_OR_CONTROL, (found, colour: string | undefined) =>
    colour === undefined ? `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}` : found,
  )
}

const COLOUR_OR_CONTROL = new RegExp(
  `(${ESC.replace('[', '\\[')}[0-9;]*m)|(?![\\n\\t]|\\r\\n)[\\p{Cc}\\p{Cf}\\u2028\\u2029]`,
  'gu',
)
