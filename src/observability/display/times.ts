import { roughly } from '../../domain/time/roughly.ts'

/** Words for instants (epoch ms), in the person's time zone. */
export type Times = ReturnType<typeof timesIn>

const DAY_MS = 86_400_000

/** `timeZone`: the system's without it. To be called once: making the formats takes time. */
export function timesIn(timeZone?: string) {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { ...options, hourCycle: 'h23', timeZone })
  const clock = { hour: '2-digit', minute: '2-digit' } as const
  const minute = format(clock)
  const second = format({ ...clock, second: '2-digit' })
  const weekday = format({ weekday: 'short' })
  const date = format({ day: 'numeric', month: 'short' })
  return {
    /** "23:10:05" */
    second: (at: number) => second.format(at),
    /** "23:10"; with the day where that is not the day of `now`: "Sat 01:10", "30 Nov 01:10". */
    minute: (at: number, now: number) => {
      if (date.format(at) === date.format(now)) return minute.format(at)
      const day = Math.abs(at - now) < 6 * DAY_MS ? weekday : date
      return `${day.format(at)} ${minute.format(at)}`
    },
  }
}

const STEPS_MS = [
  [10_000, 1_000],
  [60_000, 5_000],
  [600_000, 10_000],
  [3_600_000, 60_000],
  [DAY_MS, 300_000],
] as const

/** An estimated duration, in steps, so that it does not change all the time. */
export function about(ms: number): string {
  const step = STEPS_MS.find(([below]) => ms < below)?.[1] ?? 3_600_000
  return roughly(Math.max(1_000, Math.ceil(ms / step) * step))
}
