/**
 * What was seen of one record when it was refreshed. A look has an age, the time since the refresh before, and an
 * answer: had the record changed by then, or not. These sums are all that is kept of a record's looks.
 */
export interface Looks {
  readonly looks: number
  /** How many of them found a change. */
  readonly changed: number
  /** The ages of the looks that found no change, together, and of those that did; days. */
  readonly unchangedDays: number
  readonly changedDays: number
}

/** Records of a group that were seen in about the same way: the looks are those of one of them, on average. */
export interface LookCell extends Looks {
  readonly records: number
}

export const NO_LOOKS: Looks = { looks: 0, changed: 0, unchangedDays: 0, changedDays: 0 }

/** How many records, looks and changes there are in all. */
export function totalsOf(cells: readonly LookCell[]): Pick<LookCell, 'records' | 'looks' | 'changed'> {
  const sum = (read: (cell: LookCell) => number) => cells.reduce((total, cell) => total + read(cell), 0)
  return {
    records: sum(({ records }) => records),
    looks: sum(({ records, looks }) => records * looks),
    changed: sum(({ records, changed }) => records * changed),
  }
}
