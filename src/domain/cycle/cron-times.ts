import { Temporal } from 'temporal-polyfill'
import type { CronExpression, MonthDay, WeekDay } from './cron-expression.ts'

/** The 29th of February is at most eight years away. */
const MOST_DAYS = 8 * 366 + 1

/** A cron expression in a time zone. */
export interface CronTerms {
  readonly cron: CronExpression
  /** IANA name. */
  readonly timeZone: string
}

/**
 * The last due time at or before the instant, both epoch ms; null if there is none. A local time that clocks skip is due
 * at the end of the gap; one that repeats is due only the first time.
 */
export function lastTime(terms: CronTerms, notAfterMs: number): number | null {
  // A day's last hour may repeat after the next day has begun.
  const day = dayOf(notAfterMs, terms.timeZone).add({ days: 1 })
  return search(terms, day, -1, (at) => at <= notAfterMs)
}

/** The first due time after the instant, both epoch ms; null if there is none. */
export function nextTime(terms: CronTerms, afterMs: number): number | null {
  const day = dayOf(afterMs, terms.timeZone).subtract({ days: 1 })
  return search(terms, day, 1, (at) => at > afterMs)
}

function dayOf(instantMs: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone).toPlainDate()
}

/** Steps from day to day until one has a due time that fits; returns its nearest in that direction. */
function search(terms: CronTerms, from: Temporal.PlainDate, by: 1 | -1, fits: (at: number) => boolean): number | null {
  const { cron, timeZone } = terms
  const clock = timesOf(cron)
  let day = from
  for (let days = 0; days < MOST_DAYS; days++) {
    if (isDue(cron, day)) {
      const at = nearest(clock, (time) => instantOf(day.toPlainDateTime(time), timeZone), by, fits)
      if (at !== null) return at
    }
    day = day.add({ days: by })
  }
  return null
}

/** Binary search: instants increase with the times of a day. */
function nearest<T>(times: readonly T[], at: (time: T) => number, by: 1 | -1, fits: (at: number) => boolean) {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    // Forwards the first that fits is wanted, backwards the last.
    if (fits(at(times[middle] as T)) === (by === 1)) high = middle
    else low = middle + 1
  }
  const found = times[by === 1 ? low : low - 1]
  return found === undefined ? null : at(found)
}

function timesOf({ hours, minutes, seconds }: CronExpression): Temporal.PlainTimeLike[] {
  return hours.flatMap((hour) => minutes.flatMap((minute) => seconds.map((second) => ({ hour, minute, second }))))
}

function instantOf(local: Temporal.PlainDateTime, timeZone: string): number {
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  if (earlier.toPlainDateTime().equals(local)) return earlier.epochMilliseconds
  return (earlier.getTimeZoneTransition('next') ?? earlier).epochMilliseconds
}

function isDue({ months, monthDays, weekDays }: CronExpression, day: Temporal.PlainDate): boolean {
  if (!months.includes(day.month)) return false
  if (monthDays === null && weekDays === null) return true
  return (
    (monthDays?.some((rule) => isMonthDay(rule, day)) ?? false) ||
    (weekDays?.some((rule) => isWeekDay(rule, day)) ?? false)
  )
}

function isMonthDay(rule: MonthDay, day: Temporal.PlainDate): boolean {
  if (rule.kind === 'day') return day.day === rule.day
  if (rule.kind === 'last') return day.day === day.daysInMonth - rule.before
  const wanted = rule.kind === 'last-working-day' ? day.daysInMonth : rule.day
  return wanted <= day.daysInMonth && day.day === workingDayNear(day.with({ day: wanted }))
}

/** The working day nearest to a day, in the same month. */
function workingDayNear(day: Temporal.PlainDate): number {
  if (day.dayOfWeek === 6) return day.day === 1 ? 3 : day.day - 1
  if (day.dayOfWeek === 7) return day.day === day.daysInMonth ? day.day - 2 : day.day + 1
  return day.day
}

function isWeekDay(rule: WeekDay, day: Temporal.PlainDate): boolean {
  if (day.dayOfWeek % 7 !== rule.weekday) return false
  if (rule.kind === 'weekday') return true
  if (rule.kind === 'last-of-month') return day.day + 7 > day.daysInMonth
  return Math.ceil(day.day / 7) === rule.nth
}
