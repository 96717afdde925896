import { ageOf } from './age-of.ts'
import type { Written } from './results.ts'

/** What a checkpoint adds to what is remembered of a record, in the order of the columns of `LOOK_COLUMNS`. */
export type LookCells = readonly [
  looks: number,
  changed: number,
  unchangedMs: number,
  changedMs: number,
  found: number,
  missed: number,
]

export const LOOK_COLUMNS = ['looks', 'changed', 'unchanged_ms', 'changed_ms', 'found', 'missed'] as const

/** Data that came a moment ago says nothing about how fast a record changes. */
const LEAST_AGE_MS = 86_400_000

/**
 * What was seen of a record: whether the vendor had it, and, where it was written and its age is known, whether it had
 * changed in the columns that count (null: any).
 */
export function lookOf({ record, item }: Written, now: number, counted: readonly string[] | null): LookCells {
  const tries = [record.end === 'refreshed' ? 1 : 0, record.end === 'notFound' ? 1 : 0] as const
  const age = ageOf(record.selectedAt, now)
  const { changed: columns } = record
  const isLook = columns !== undefined && item.end === 'refreshed' && typeof age === 'number' && age >= LEAST_AGE_MS
  if (!isLook) return [0, 0, 0, 0, ...tries]
  const changed = columns.some((column) => counted === null || counted.includes(column))
  return changed ? [1, 1, 0, age, ...tries] : [1, 0, age, 0, ...tries]
}
