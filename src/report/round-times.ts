const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000]

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 4, 7, 14, 28, 91, 182, 364].map((count) => count * DAY),
]

/** The shortest round duration that divides a span into `most` parts at most; ms. */
export function roundTime(spanMs: number, most: number): number {
  return STEPS.find((step) => spanMs / step <= most) ?? Math.max(1, spanMs)
}
