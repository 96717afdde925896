import type { RecordRow } from '../../domain/record.ts'

interface Observed {
  readonly row: RecordRow
  readonly held: Record<string, unknown>
}

/**
 * Observes which columns of a record the config's functions read for its request and for telling its data: what the
 * request is made of. The values are those of the first look, whatever is done to the row later.
 */
export class ColumnsRead {
  readonly #observed = new WeakMap<RecordRow, Observed>()
  readonly #names = new Set<string>()

  /** All columns that have been read of any record so far. */
  get names(): readonly string[] {
    return [...this.#names]
  }

  /** The row, to be read by the config's functions. The same each time. */
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

  /** The columns read of it, with what they held. */
  of(row: RecordRow): Readonly<Record<string, unknown>> {
    return this.#observed.get(row)?.held ?? {}
  }
}
