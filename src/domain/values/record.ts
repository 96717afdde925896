/** A primary key as text, in the database's own form: "42", "6f1c…", "jane@example.com". */
export type RecordKey = string

/**
 * A record as passed to the config's functions: column name to value. Integers are numbers, or bigints if a number would
 * not be exact; numerics are strings; instants with a time zone are Dates; JSON is parsed; arrays are arrays.
 */
export type RecordRow = Readonly<Record<string, unknown>>

/** New values for a record's columns, checked and encoded for the database; other columns keep their values. */
export type ColumnValues = Readonly<Record<string, JsonValue>>

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** Column values of a record when read, in the form of `preconditionOf`: it is written only if it still has them. */
export type Precondition = Readonly<Record<string, string | number | null>>
