const LONGEST = 60

/** What stands where a value was found that may be a secret. */
export const HIDDEN = '(hidden)'

/** A value in a few words, for a problem's `found`: text quoted and cut, everything that has parts by its kind only. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (value instanceof Promise) return 'a promise'
  if (value instanceof Date) return 'a date'
  return 'an object'
}

function quote(text: string): string {
  return text.length <= LONGEST ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, LONGEST - 1)).slice(0, -1)}…"`
}
