/**
 * A condition on the user's records, parsed from `where`, `eligible`, `--where` or `--filter` and checked against the
 * table. Values are in the column's form, and are always passed as parameters.
 */
export type Condition =
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'null'; readonly column: string }
  | { readonly kind: 'compare'; readonly column: string; readonly op: Comparison; readonly value: Scalar }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly Scalar[] }
  | {
      readonly kind: 'text'
      readonly column: string
      readonly op: 'contains' | 'startsWith' | 'endsWith'
      readonly value: string
    }

export type Comparison = 'equals' | 'lt' | 'lte' | 'gt' | 'gte'

/** A value in a condition, in the form that is passed to the database and cast to the column's type. */
export type Scalar = string | number | bigint | boolean

export interface OrderBy {
  readonly column: string
  readonly direction: 'asc' | 'desc'
}
