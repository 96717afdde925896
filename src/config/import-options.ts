import type { Body } from './vendor-types.ts'

/**
 * Where a column's value comes from in a line of the file: a path into the line's JSON, such as 'address.country', or
 * the name of a CSV column as its header has it; or a function of the line. `undefined`: the line does not say.
 */
export type ImportSource = string | ((line: Body) => unknown)

/** Which lines can matter at all: tested on the line's text, before it is parsed. */
export type LineTest = { readonly includes: string | readonly string[] } | ((text: string) => boolean)

/** How `spenddown import` makes records of a file's lines. */
export interface ImportOptions {
  /**
   * The column, or columns, that tell one person from another, such as 'email': a primary key, or what a unique index
   * covers, neither more nor less. A line whose key is empty is rejected.
   */
  readonly key: string | readonly string[]
  /** Column to where its value comes from; the key's columns too. */
  readonly columns: Readonly<Record<string, ImportSource>>
  /** A line that cannot matter is skipped before it is parsed: `{ includes: 'US' }` (or any of several), or a function. */
  readonly where?: LineTest
  /**
   * What null and empty text in the file mean for a record that is there. 'keep' (the default): nothing, its value
   * stays. 'write': null, and an empty CSV field, become NULL; empty JSON text is written as it is. What a line does
   * not have at all never changes anything.
   */
  readonly empty?: 'keep' | 'write'
  /** Of a CSV file: one ASCII character. Default ',' (in a .tsv file a tab). */
  readonly delimiter?: string
}
