/** Credits as whole millionths, so that sums are exact. */
export function micro(credits: number): number {
  return Math.round(credits * 1_000_000)
}

export function asCredits(microCredits: number): number {
  return microCredits / 1_000_000
}
