import stringWidth from 'string-width'
import { escapedText } from '../../domain/words/escaped-text.ts'

export type Tone = 'plain' | 'faint' | 'strong' | 'full' | 'half' | 'good' | 'trouble'

export interface Piece {
  readonly text: string
  readonly tone: Tone
}

export type Line = readonly Piece[]

/** Of a text from elsewhere, no more characters are shown. */
const LONGEST = 400
/** Characters of one column each. Looking for others first is ten times as quick as measuring. */
const PLAIN = /^[ -~·…│█▓░▁▂▃▄▅▆▇]*$/
const GRAPHEMES = new Intl.Segmenter()

/** The text cannot move the cursor, wherever it came from. */
export function piece(text: string, tone: Tone = 'plain'): Piece {
  return { text: escapedText(text), tone }
}

/** A text from elsewhere, cut and escaped, so that it can be measured. */
export function foreign(text: string): string {
  return escapedText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
}

export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text)
}

/** The first of the wordings that fits into so many columns; the last one, cut, where none does. */
export function fitting(wordings: readonly string[], columns: number): string {
  const fits = wordings.find((wording) => widthOf(wording) <= columns)
  return fits ?? cut(wordings.at(-1) ?? '', columns)
}

/** Measured by `widthOf`, since other measures disagree with it on some scripts. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let shown = ''
  let left = columns - 1
  for (const { segment } of GRAPHEMES.segment(text)) {
    left -= widthOf(segment)
    if (left < 0) break
    shown += segment
  }
  return columns < 1 ? '' : `${shown}…`
}

export function within(line: Line, columns: number): Line {
  let left = columns
  return line.flatMap(({ text, tone }) => {
    const shown = cut(text, left)
    left -= widthOf(shown)
    return shown === '' ? [] : [{ text: shown, tone }]
  })
}

const COLOURS: Readonly<Record<Tone, readonly [on: string, off: string] | null>> = {
  plain: null,
  faint: ['2', '22'],
  strong: ['1', '22'],
  full: ['36', '39'],
  half: ['34', '39'],
  good: ['32', '39'],
  trouble: ['33', '39'],
}

export function painted(line: Line, color: boolean): string {
  if (!color) return line.map(({ text }) => text).join('')
  return line
    .map(({ text, tone }) => {
      const colour = COLOURS[tone]
      return colour === null ? text : `\u001b[${colour[0]}m${text}\u001b[${colour[1]}m`
    })
    .join('')
}
