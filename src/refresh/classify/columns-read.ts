import type { RecordRow } from '../../domain/values/record.ts'

interface Observed {
  readonly row: RecordRow
  readonly held: Record<string, unknown>
}

/**
 * Observes which columns of a record the config's functions read to build its request and to match its data. Keeps each
 * value as first read, even if the row is modified later.
 */
export class ColumnsRead {
  readonly #observed = new WeakMap<RecordRow, Observed>()
  readonly #names = new Set<string>()

  /** All columns read so far, of any record. */
  get names(): readonly string[] {
    return [...this.#names]
  }

  /** A proxy of the row for the config's functions; the same one each time. */
  observe(row: RecordRow): RecordRow {
    const before = this.#observed.get(row)
    if (before !== undefined) return before.row
    const held: Record<string, unknown> = Object.create(null)
    const see = (name: PropertyKey) => {
      if (typeof name === 'string' && !(name in held) && Object.hasOwn(row, name)) {
        held[name] = row[name]
        this.#names.add(name)
      }
    }
    const observed = new Proxy(row, {
      get: (target, name) => {
        see(name)
        return Reflect.get(target, name)
      },
      has: (target, name) => {
        see(name)
        return Reflect.has(target, name)
      },
      ownKeys: (target) => {
        const names = Reflect.ownKeys(target)
        for (const name of names) see(name)
        return names
      },
    })
    this.#observed.set(row, { row: observed, held })
    return observed
  }

  /** The columns of the row that were read, with their values. */
  of(row: RecordRow): Readonly<Record<string, unknown>> {
    return this.#observed.get(row)?.held ?? {}
  }
}
