export type PlainObject = Readonly<Record<string, unknown>>

/** Has keys of its own to read: not a list, not a function, not a promise, not a date. */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !(value instanceof Promise) && !(value instanceof Date)
}
