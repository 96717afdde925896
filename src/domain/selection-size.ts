/** Later selections take at least so many records: each sorts the whole table. */
const FEWEST_MORE = 100
/** So many records a credit at most, however rarely they match. */
const MOST_PER_CREDIT = 20

/** What a run has selected, and what that has cost it, counted in the records that the same credits pay for. */
export interface SelectedSoFar {
  /** Records selected so far, whether or not an answer came. */
  readonly selected: number
  /** Records that the credits spent and held pay for: a call in flight counts as charged until it turns out not to be. */
  readonly paid: number
  /** Records that the credits which are left pay for; null: not known yet. */
  readonly affordable: number | null
}

/**
 * How many records to select next: as many as the credits reach if all match, at the start; later more, by the share
 * that has turned out to be charged.
 */
export function recordsToSelect({ selected, paid, affordable }: SelectedSoFar): number {
  if (selected === 0) return affordable === null ? FEWEST_MORE : Math.max(1, affordable)
  const perCredit = Math.min(MOST_PER_CREDIT, Math.max(1, selected / Math.max(1, paid)))
  return Math.max(FEWEST_MORE, Math.ceil((affordable ?? 0) * perCredit))
}
