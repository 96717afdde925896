import type { InstantText } from '../user-table/read/instant-text.ts'
import type { ValueType } from '../user-table/user-table.ts'

/** In which text form a database takes values, and what it takes, as far as databases differ. */
export interface ValueForms {
  boolean(value: boolean): string
  instant(instant: InstantText, type: ValueType): string
  /** A UUID stays as it was written; otherwise it is written as the database prints it. */
  readonly keepsUuids: boolean
  /** A value of another kind that a column of whole numbers takes; null: it takes none. */
  wholeNumberFrom(value: unknown): string | null
  /** The text, a decimal number, is one that a column can hold. */
  holdsDecimal(text: string): boolean
  /** The JSON text, which escapes NUL or half a surrogate pair, is one that a column can hold. */
  holdsEscapes(json: string): boolean
}
