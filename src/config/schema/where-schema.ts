import type * as z from 'zod'
import type { JsonValue } from '../../domain/values/record.ts'
import type { OrderBy } from '../../domain/values/where.ts'
import { isPlainObject, leaf, type Refuse } from './values/leaf.ts'

type JsonObject = { readonly [key: string]: JsonValue }

/** A condition's form; columns and types are checked later. Dates become ISO 8601 text, bigints numbers or digits. */
export function whereSchema(): z.ZodType<JsonObject> {
  return leaf("an object of conditions, such as { country: 'US' }", (value, refuse) => {
    return isPlainObject(value) ? readObject(value, [], refuse) : refuse()
  })
}

function readObject(value: object, path: readonly PropertyKey[], refuse: Refuse): JsonObject {
  const entries = Object.entries(value).map(([key, each]) => [key, readValue(each, [...path, key], refuse)] as const)
  return Object.fromEntries(entries)
}

function readValue(value: unknown, path: readonly PropertyKey[], refuse: Refuse): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Date && Number.isFinite(value.getTime())) return value.toISOString()
  if (Array.isArray(value)) return value.map((each, i) => readValue(each, [...path, i], refuse))
  if (isPlainObject(value)) return readObject(value, path, refuse)
  return refuse({ path, value, ...NOT_JSON, ...(value === undefined ? UNDEFINED : {}) })
}

const NOT_JSON = { allowed: 'a text, a number, true, false, null, a date, a list or an object' }
const UNDEFINED = { hint: 'Leave the key out, or give it a value; undefined would select everything.' }

const EACH = "one column and its direction, such as { refreshed_at: 'asc' }"

/** The order of a selection: a list, so that the first column counts most; or by what a credit gains. */
export function orderBy(): z.ZodType<OrderBy[] | 'gain'> {
  return leaf(`a list, each ${EACH}; or 'gain'`, (value, refuse) => {
    if (value === 'gain') return value
    if (!Array.isArray(value) || value.length === 0) return refuse()
    return value.map((each, i) => readOne(each, i, refuse))
  })
}

function readOne(value: unknown, index: number, refuse: Refuse): OrderBy {
  const entries = isPlainObject(value) ? Object.entries(value) : []
  const [column, direction] = entries[0] ?? []
  if (column === undefined || entries.length > 1) return refuse({ path: [index], value, allowed: EACH })
  if (direction === 'asc' || direction === 'desc') return { column, direction }
  return refuse({ path: [index, column], value: direction, allowed: "'asc', 'desc'" })
}
