/** A primary key as text, in the form that the database itself prints: "42", "6f1c…", "jane@example.com". */
export type RecordKey = string

/**
 * A record as the config's functions see it: column name to value. Integers are numbers, bigints where a number would
 * not be exact; numerics are strings; instants with a time zone are Dates; JSON is parsed; arrays are arrays.
 */
export type RecordRow = Readonly<Record<string, unknown>>

/** New values for a record's columns, checked and encoded for the database; a column that is not named keeps its value. */
export type ColumnValues = Readonly<Record<string, JsonValue>>

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/**
 * What columns of a record held when it was read: its new values may be written only while it holds that still. As
 * `preconditionOf` makes it.
 */
export type Precondition = Readonly<Record<string, string | number | null>>
