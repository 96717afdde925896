import { figure, percent } from '../../domain/words/figure.ts'

/** A table, for any format of the report. Its text is not escaped yet. */
export interface Table {
  readonly caption: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** The heading of the rows' `detail`. */
  readonly detail?: string
  readonly note?: string | undefined
}

export interface Column {
  readonly name: string
  readonly kind: 'words' | 'figure'
}

export interface Row {
  readonly cells: readonly string[]
  /** Words, shown below the first cell where a column of their own would be narrow. */
  readonly detail?: string
  /** Drawn as a bar: a share of the whole, 0 to 1, and its colour. */
  readonly share?: number
  readonly colour?: string
  readonly sum?: boolean
}

export function words(name: string): Column {
  return { name, kind: 'words' }
}

export function figures(name: string): Column {
  return { name, kind: 'figure' }
}

/** A row of a count and its share of the whole, with a bar. */
export function shareRow(name: string, count: number, whole: number, colour: string): Row {
  return { cells: [name, figure(count), percent(count, whole)], share: whole === 0 ? 0 : count / whole, colour }
}
