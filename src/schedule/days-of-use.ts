import { Temporal } from 'temporal-polyfill'
import type { Stretches } from './need.ts'

/** Credits that were used at an instant. Micro-credits, epoch milliseconds. */
export interface Use {
  readonly at: number
  readonly credits: number
}

/** A calendar day that is known in full. */
export interface DayOfUse {
  /** Days since 1970-01-01, in the billing cycle's time zone. */
  readonly day: number
  /** At what time of that day (ms on the wall clock), how many micro-credits. */
  readonly uses: readonly { readonly time: number; readonly credits: number }[]
}

/** Time to come, from now to the reset. */
export interface Ahead {
  readonly now: number
  readonly resetAt: number
  readonly timeZone: string
}

const DAY_MS = 86_400_000
/** After so many days a day counts half. */
const HALF_LIFE_DAYS = 14
/** With fewer days of a kind (in the week, at its end) than these, all days count. */
const FEWEST_OF_A_KIND = 3

/**
 * The days from the first use to yesterday, also those without any. Where the first was only today, that day, as far as
 * it has gone.
 */
export function daysOfUse(uses: readonly Use[], { now, timeZone }: Omit<Ahead, 'resetAt'>): DayOfUse[] {
  const placed = uses.filter(({ at }) => at <= now).map(({ at, credits }) => ({ ...localOf(at, timeZone), credits }))
  if (placed.length === 0) return []
  const today = localOf(now, timeZone).day
  const first = placed.reduce((least, { day }) => Math.min(least, day), today)
  const days = new Map<number, { time: number; credits: number }[]>()
  for (let day = first; day < Math.max(today, first + 1); day++) days.set(day, [])
  for (const { day, time, credits } of placed) days.get(day)?.push({ time, credits })
  return [...days].map(([day, found]) => ({ day, uses: found }))
}

/** Whether there was any use, be it of nothing, on the day that is now. */
export function usedToday(uses: readonly Use[], { now, timeZone }: Omit<Ahead, 'resetAt'>): boolean {
  const today = localOf(now, timeZone).day
  return uses.some(({ at }) => at <= now && localOf(at, timeZone).day === today)
}

/** What a day used in all, micro-credits. */
export function usedOn({ uses }: DayOfUse): number {
  return usedWithin(uses, 0, DAY_MS)
}

/**
 * The time to come in stretches that are alike: what is left of today, whole days in the week and at its end, and what
 * the day of the reset has before it; each with what was used at such times of such days. Later days count more. `late`: nothing has been used today, and what
 * other days had used by now is still to come.
 */
export function stretchesOf(days: readonly DayOfUse[], { now, resetAt, timeZone }: Ahead, late = false): Stretches[] {
  if (resetAt <= now) return []
  const [from, to] = [localOf(now, timeZone), localOf(resetAt, timeZone)]
  const counts = new Map<string, { begins: number; ends: number; weekend: boolean; count: number }>()
  for (let day = from.day; day <= to.day; day++) {
    const begins = day === from.day && !late ? from.time : 0
    const ends = day === to.day ? to.time : DAY_MS
    if (ends <= begins) continue
    const key = `${begins} ${ends} ${isWeekend(day)}`
    const before = counts.get(key)?.count ?? 0
    counts.set(key, { begins, ends, weekend: isWeekend(day), count: before + 1 })
  }
  return [...counts.values()].map(({ begins, ends, weekend, count }) => {
    const alike = days.filter(({ day }) => isWeekend(day) === weekend)
    const telling = alike.length < FEWEST_OF_A_KIND ? days : alike
    const samples = telling.map(({ day, uses }) => ({
      // What today will have used by its end, only today knows.
      used: day === from.day ? usedWithin(uses, 0, DAY_MS) : usedWithin(uses, begins, ends),
      weight: 2 ** (-(from.day - day) / HALF_LIFE_DAYS),
    }))
    return { count, samples }
  })
}

function usedWithin(uses: DayOfUse['uses'], begins: number, ends: number): number {
  return uses.reduce((sum, { time, credits }) => sum + (time >= begins && time < ends ? credits : 0), 0)
}

/** Saturday and Sunday; 1970-01-01 was a Thursday. */
function isWeekend(day: number): boolean {
  return [2, 3].includes(((day % 7) + 7) % 7)
}

/** Which day it is there, and what the clock on the wall says. */
export function localOf(instant: number, timeZone: string): { readonly day: number; readonly time: number } {
  const there = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(timeZone)
  const wall = there.toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds
  const day = Math.floor(wall / DAY_MS)
  return { day, time: wall - day * DAY_MS }
}
