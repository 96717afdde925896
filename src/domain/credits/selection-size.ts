/** Later selections take at least this many records, since each sorts the whole table. */
const FEWEST_MORE = 100
/** The most records selected per affordable one, however rarely records match. */
const MOST_PER_CREDIT = 20

/** A run's selection so far and its cost, counted in the records that the same credits pay for. */
export interface SelectedSoFar {
  /** Records selected so far, answered or not. */
  readonly selected: number
  /** Records that the credits spent and held would pay for; calls in flight count as charged. */
  readonly paid: number
  /** Records that the remaining credits pay for; null: not known yet. */
  readonly affordable: number | null
}

/** How many records to select next: at first as if all match, later by the share that was charged. */
export function recordsToSelect({ selected, paid, affordable }: SelectedSoFar): number {
  if (selected === 0) return affordable === null ? FEWEST_MORE : Math.max(1, affordable)
  const perCredit = Math.min(MOST_PER_CREDIT, Math.max(1, selected / Math.max(1, paid)))
  return Math.max(FEWEST_MORE, Math.ceil((affordable ?? 0) * perCredit))
}
