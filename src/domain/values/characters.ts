import type { ColumnValues } from './record.ts'

/** How long a record's values are together, roughly: what they take in memory and in a statement. */
export function charactersOf(values: ColumnValues | null): number {
  let sum = 0
  for (const value of Object.values(values ?? {})) {
    if (typeof value === 'string') sum += value.length
    else if (typeof value === 'object') sum += JSON.stringify(value).length
  }
  return sum
}
