import { fitting, type Line, type Piece, painted, piece, within } from './text.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** A line; where there are too many for the terminal, those with the highest rank are left out first. */
export interface Row {
  readonly rank: number
  readonly line: Line
}

/** Leaves one row free for the cursor. */
export function frameOf(rows: readonly Row[], { columns, rows: height }: Size, color: boolean): string[] {
  const space = Math.max(0, height - 1)
  const kept = new Set(rows.toSorted((a, b) => a.rank - b.rank).slice(0, space))
  return rows.filter((row) => kept.has(row)).map(({ line }) => painted(within(line, columns), color))
}

/** Widths: of a line's indent, label and bar (0: there is no space for one), and of words with and without a bar. */
export type Columns = ReturnType<typeof columnsFor>

const LABEL = 9
const WIDEST_BAR = 50
const NO_BARS_BELOW = 34

export function columnsFor({ columns }: Size) {
  const indent = columns >= 60 ? 2 : 0
  const words = Math.max(0, columns - indent - LABEL)
  const bar = columns < NO_BARS_BELOW ? 0 : Math.min(WIDEST_BAR, Math.floor(words * 0.45))
  return { indent, label: LABEL, bar, besideBar: bar === 0 ? words : words - bar - 2, words }
}

export function labelled({ indent, label: width }: Columns, label: string, ...pieces: readonly Piece[]): Line {
  return [piece(' '.repeat(indent)), piece(label.padEnd(width), 'faint'), ...pieces]
}

/**
 * `label   ███░│░  words`: `parts` of the bar as they are done, half done, and to do. `due`: the share of the bar that should
 * be done by now, which is marked; null: none.
 */
export function barred(
  columns: Columns,
  label: string,
  parts: readonly [number, number, number],
  wordings: readonly string[],
  due: number | null = null,
): Line {
  const [full = 0, half = 0, empty = 0] = cellsOf(parts, columns.bar)
  const bar = [piece('█'.repeat(full), 'full'), piece('▓'.repeat(half), 'half'), piece('░'.repeat(empty), 'faint')]
  const at = due === null ? -1 : Math.min(columns.bar - 1, Math.floor(due * columns.bar))
  const gap = piece(columns.bar === 0 ? '' : '  ')
  return labelled(columns, label, ...markedAt(bar, at), gap, piece(fitting(wordings, columns.besideBar)))
}

/** The bar with a mark instead of the cell with this number. */
function markedAt(bar: readonly Piece[], at: number): Piece[] {
  let before = 0
  return bar.flatMap(({ text, tone }) => {
    const here = at - before
    before += text.length
    if (here < 0 || here >= text.length) return [{ text, tone }]
    return [piece(text.slice(0, here), tone), piece('│', 'strong'), piece(text.slice(here + 1), tone)]
  })
}

/** How many of `width` cells each part gets, rounded down, so that only all looks like all; the last gets the rest. */
export function cellsOf(parts: readonly number[], width: number): number[] {
  const whole = parts.reduce((sum, part) => sum + Math.max(0, part), 0)
  let sum = 0
  let taken = 0
  return parts.map((part, at) => {
    sum += Math.max(0, part)
    const end = at === parts.length - 1 ? width : whole === 0 ? 0 : Math.floor((sum / whole) * width)
    const cells = end - taken
    taken = end
    return cells
  })
}
