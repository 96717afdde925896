import { messageOf } from '../../domain/errors/errors.ts'
import type { RecordRow } from '../../domain/values/record.ts'
import type { CallItem } from '../ports/calls.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { Mapped } from '../ports/vendor.ts'
import type { Ownership } from './belongs-to.ts'
import { ColumnsRead } from './columns-read.ts'

export type DataMapperParts = Pick<RunParts, 'map' | 'preconditionOf' | 'hide'>

/** Data mapped to the columns of its record and of each of the record's duplicates. */
export interface MappedAll {
  readonly mapped: Mapped | null
  readonly duplicates: readonly Mapped[]
}

export const NOTHING_MAPPED: MappedAll = { mapped: null, duplicates: [] }

/**
 * Maps the data of replies to records. The values carry a precondition: they are written only if the record still holds
 * what its request was made of. Never throws.
 */
export class DataMapper {
  readonly #parts: DataMapperParts
  readonly #columns = new ColumnsRead()

  constructor(parts: DataMapperParts) {
    this.#parts = parts
  }

  /** The columns that requests have read so far; null: no request has been made. */
  get columnsRead(): readonly string[] | null {
    const { names } = this.#columns
    return names.length === 0 ? null : names
  }

  /** The row to pass to the config's functions. */
  observe(row: RecordRow): RecordRow {
    return this.#parts.preconditionOf === undefined ? row : this.#columns.observe(row)
  }

  /** `useless`: why the data cannot be mapped; null: it can. */
  map(data: unknown, { row, duplicates }: CallItem, own: Ownership, useless: string | null): MappedAll {
    if (useless !== null) {
      const mapped = { kind: 'unusable', reason: useless } as const
      return { mapped, duplicates: duplicates.map(() => mapped) }
    }
    const asked = this.observe(row)
    const mapped = this.#map(data, row, asked, own, () => this.#columns.of(row))
    const heldBy = (duplicate: RecordRow) =>
      Object.fromEntries(Object.keys(this.#columns.of(row)).map((name) => [name, duplicate[name]]))
    return {
      mapped,
      duplicates: duplicates.map(({ row: other }) => this.#map(data, other, other, own, () => heldBy(other))),
    }
  }

  /** `given`: the row for the config's functions. `held`: the record's values in the columns that its request read. */
  #map(
    data: unknown,
    row: RecordRow,
    given: RecordRow,
    own: Ownership,
    held: () => Readonly<Record<string, unknown>>,
  ): Mapped {
    const { map, hide, preconditionOf } = this.#parts
    try {
      const mapped = own(given, data) ?? map(data, row)
      if (mapped.kind === 'unusable') return { ...mapped, reason: hide(mapped.reason) }
      return preconditionOf === undefined ? mapped : { ...mapped, precondition: preconditionOf(held()) }
    } catch (error) {
      return { kind: 'unusable', reason: hide(`the data cannot be mapped: ${messageOf(error)}`) }
    }
  }
}
