/** The most of these instants, in order, that are in any half-open window so long. */
export function busiest(times: readonly number[], windowMs: number): number {
  let first = 0
  let most = 0
  times.forEach((time, i) => {
    while (time - (times[first] as number) >= windowMs) first += 1
    most = Math.max(most, i - first + 1)
  })
  return most
}
