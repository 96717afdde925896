/** The first instant of the month after this one, UTC: where the simulated plan says no better, its cycle ends there. */
export function nextMonth(atMs: number): number {
  const at = new Date(atMs)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1)
}

/** 2026-11-29 */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}
