/** An instant as people read it: "30 Nov 2026, 23:55". */
export function zonedTime(at: number, timeZone: string): string {
  const parts = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const
  return new Intl.DateTimeFormat('en-GB', { ...parts, timeZone }).format(at)
}

/** The same to the second, where what it is about did not take long. */
export function fineTime(at: number, timeZone: string, spanMs: number): string {
  if (spanMs >= 3_600_000) return zonedTime(at, timeZone)
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  return new Intl.DateTimeFormat('en-GB', { ...time, timeZone }).format(at)
}

/** The same with its time zone: "30 Nov 2026, 23:55 (Europe/Berlin)". */
export function namedTime(at: number, timeZone: string): string {
  return `${zonedTime(at, timeZone)} (${timeZone})`
}

/** What stands at a chart's axis: the time of day, with seconds where the whole is short, or the day where it is long. */
export function axisTime(at: number, timeZone: string, spanMs: number): string {
  const day = { day: 'numeric', month: 'short' } as const
  const time = { hour: '2-digit', minute: '2-digit' } as const
  const shown =
    spanMs < 600_000
      ? { ...time, second: '2-digit' as const }
      : spanMs < 86_400_000
        ? time
        : spanMs < 6 * 86_400_000
          ? { ...day, ...time }
          : day
  return new Intl.DateTimeFormat('en-GB', { ...shown, timeZone }).format(at)
}
