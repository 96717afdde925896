import type { RecordRow } from '../../domain/values/record.ts'

/** A column's new value: a function of the vendor's data and the record, or a dotted path into the data. */
export type Source = string | ((data: never, record: never) => unknown)

export interface ColumnSource {
  readonly column: string
  readonly read: (data: unknown, record: RecordRow) => unknown
  /** How a warning names it; null: a function without parameters, which returns the same for any data. */
  readonly name: string | null
  /** Whether it reads the data, as far as has been seen: only then does a value from it show that the data is of use. */
  readonly readsData: () => boolean
  /** Whether such a value may come from a mistyped name. A vendor has null for what it does not know, a function makes it. */
  readonly isNothing: (value: unknown) => boolean
}

/** What a function makes of a value that is not there. */
const NOTHINGS = new Set<unknown>([undefined, null, 'undefined', 'null', 'NaN', '[object Object]'])

export function columnSource(column: string, source: Source): ColumnSource {
  if (typeof source === 'function') return ofFunction(column, source as ColumnSource['read'])
  const names = source.split('.')
  const read = (data: unknown) => {
    let value = data
    for (const name of names) {
      if (typeof value !== 'object' || value === null) return undefined
      value = (value as Record<string, unknown>)[name]
    }
    return value
  }
  const name = `records.update.${column}: '${source}'`
  return { column, read, name, readsData: () => true, isNothing: (value) => value === undefined }
}

/** `(record, data) => data.title`, its parameters swapped, gives each record its own values back, and reads no data. */
function ofFunction(column: string, source: ColumnSource['read']): ColumnSource {
  let reads = false
  const wasRead = () => {
    reads = true
  }
  const read = (data: unknown, record: RecordRow) => {
    if (reads || !isPlain(data)) wasRead()
    else {
      try {
        const value = source(observed(data, wasRead), record)
        // It may hold the data itself, which is read when it is written.
        if (!reads && typeof value === 'object') JSON.stringify(value)
        return value
      } catch {
        // Not all that takes data takes a proxy, such as structuredClone.
        wasRead()
      }
    }
    return source(data, record)
  }
  const name = source.length === 0 ? null : `records.update.${column}: its function`
  return { column, read, name, readsData: () => reads, isNothing: (value) => NOTHINGS.has(value) }
}

/** The data; it tells when something of it is read. */
function observed(data: object, wasRead: () => void): unknown {
  return new Proxy(data, {
    get: (target, name) => {
      wasRead()
      return Reflect.get(target, name)
    },
    has: (target, name) => {
      wasRead()
      return Reflect.has(target, name)
    },
    ownKeys: (target) => {
      wasRead()
      return Reflect.ownKeys(target)
    },
  })
}

/** Text and the like, and what a schema has made of the data, count as read. */
function isPlain(data: unknown): data is object {
  if (typeof data !== 'object' || data === null) return false
  const prototype: unknown = Object.getPrototypeOf(data)
  return prototype === Object.prototype || prototype === null || Array.isArray(data)
}
