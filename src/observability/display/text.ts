import stringWidth from 'string-width'
import { escapedText } from '../../domain/words/escaped-text.ts'

/** How a piece of a line is meant; the painter has a colour for each, or none. */
export type Tone = 'plain' | 'faint' | 'strong' | 'full' | 'half' | 'good' | 'trouble'

export interface Piece {
  readonly text: string
  readonly tone: Tone
}

/** Pieces of one line, the left one first. */
export type Line = readonly Piece[]

/** More of a text that is not ours is never shown. */
const LONGEST = 400
/** What our own lines are made of, a column each: to know that is ten times as quick. */
const PLAIN = /^[ -~·…█▓░▁▂▃▄▅▆▇]*$/
const GRAPHEMES = new Intl.Segmenter()

/** Whoever wrote the text, it moves no cursor. */
export function piece(text: string, tone: Tone = 'plain'): Piece {
  return { text: escapedText(text), tone }
}

/** A text that is not ours, as much of it as is shown, before it is measured. */
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

/** By the same measure as `widthOf`: two measures disagree on some scripts. */
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

/** The pieces that fit into so many columns. */
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
