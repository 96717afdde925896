/**
 * What a refresh gains of the days that a record is right, at a rate of changes a day, by its age in days; null: it was
 * never refreshed. U(a) = (1 − e^(−ra) (1 + ra)) / r (Olston and Pandey, "Recrawl scheduling based on information
 * longevity", WWW 2008, appendix). It is 0 for a record just refreshed, and 1 / r at most: what changes all the time is
 * soon wrong again, and worth little.
 */
export function gainedDays(rate: number, ageDays: number | null): number {
  if (ageDays === null) return 1 / rate
  const expected = rate * Math.max(0, ageDays)
  // Below this the difference would be rounding alone: the first term of the series.
  if (expected < 1e-4) return (expected * expected) / 2 / rate
  return (1 - Math.exp(-expected) * (1 + expected)) / rate
}

/** How likely a record is wrong; one that was never refreshed is. */
export function likelyWrong(rate: number, ageDays: number | null): number {
  return ageDays === null ? 1 : -Math.expm1(-rate * Math.max(0, ageDays))
}
