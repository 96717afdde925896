import { figure, percent } from '../../domain/words/figure.ts'

/** A table, as every form of the report shows it. Its text may come from anywhere: whoever writes it escapes it. */
export interface Table {
  readonly caption: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** What the rows' `detail` says. */
  readonly detail?: string
  /** What there is to say below it. */
  readonly note?: string | undefined
}

export interface Column {
  readonly name: string
  readonly kind: 'words' | 'figure'
}

export interface Row {
  readonly cells: readonly string[]
  /** In words, below the first cell, where a column of its own would be narrow. */
  readonly detail?: string
  /** A part of the whole, 0 to 1, where it is to be seen; and of which colour. */
  readonly share?: number
  readonly colour?: string
  /** A sum of the rows around it. */
  readonly sum?: boolean
}

export function words(name: string): Column {
  return { name, kind: 'words' }
}

export function figures(name: string): Column {
  return { name, kind: 'figure' }
}

/** A row of a count and its share of the whole, which is also shown as a bar. */
export function shareRow(name: string, count: number, whole: number, colour: string): Row {
  return { cells: [name, figure(count), percent(count, whole)], share: whole === 0 ? 0 : count / whole, colour }
}
