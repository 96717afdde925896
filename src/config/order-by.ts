import type * as z from 'zod'
import type { OrderBy } from '../domain/where.ts'
import { leaf, type Refuse } from './leaf.ts'
import { isPlainObject } from './plain-object.ts'

const EACH = "one column and its direction, such as { refreshed_at: 'asc' }"

/** The order of a selection: a list, so that the first column counts most. */
export function orderBy(): z.ZodType<OrderBy[]> {
  return leaf(`a list, each ${EACH}`, (value, refuse) => {
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
