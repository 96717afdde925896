/** What an order by gain expected of the records that a run has selected. */
export interface Expected {
  readonly records: number
  /** How many of them the vendor has. */
  readonly found: number
  /** In how many of those the data has changed, or shows a change that is none. */
  readonly changed: number
}

export const NOTHING_EXPECTED: Expected = { records: 0, found: 0, changed: 0 }

export function withExpected(before: Expected, more: Expected): Expected {
  const { records, found, changed } = more
  return { records: before.records + records, found: before.found + found, changed: before.changed + changed }
}

/** Null where there is none, or it cannot be read. */
export function readExpected(text: string | null): Expected | null {
  if (text === null) return null
  try {
    const { records, found, changed } = JSON.parse(text) as Expected
    return [records, found, changed].every(Number.isFinite) ? { records, found, changed } : null
  } catch {
    return null
  }
}
