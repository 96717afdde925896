import { Temporal } from 'temporal-polyfill'
import type { Stretches } from './need.ts'

/** Micro-credits used at an instant (epoch milliseconds). */
export interface Use {
  readonly at: number
  readonly credits: number
}

export interface DayOfUse {
  /** Days since 1970-01-01, in the billing cycle's time zone. */
  readonly day: number
  /** Micro-credits by local time of day (ms). */
  readonly uses: readonly { readonly time: number; readonly credits: number }[]
}

/** The time from now to the reset. */
export interface Ahead {
  readonly now: number
  readonly resetAt: number
  readonly timeZone: string
}

const DAY_MS = 86_400_000
/** A day's weight halves after this many days. */
const HALF_LIFE_DAYS = 14
/** With fewer days of a kind (working day or weekend), all days count. */
const FEWEST_OF_A_KIND = 3

/** The days from the first use to yesterday, including days without use. If the first use was today: today so far. */
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

/** True if there was a use today, even of zero credits. */
export function usedToday(uses: readonly Use[], { now, timeZone }: Omit<Ahead, 'resetAt'>): boolean {
  const today = localOf(now, timeZone).day
  return uses.some(({ at }) => at <= now && localOf(at, timeZone).day === today)
}

/** A day's total use, micro-credits. */
export function usedOn({ uses }: DayOfUse): number {
  return usedWithin(uses, 0, DAY_MS)
}

/**
 * Divides the time until the reset into groups of similar stretches (the rest of today, whole working days, whole weekend
 * days, the day of the reset before it), each with samples of what was used at such times on such days; recent days weigh
 * more. `late`: nothing has been used today yet, so what other days had used by this time is still to come.
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
    const relevant = alike.length < FEWEST_OF_A_KIND ? days : alike
    const samples = relevant.map(({ day, uses }) => ({
      // A sample from today is all of today's use so far.
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

/** The local day (days since 1970-01-01) and time of day (ms) in a time zone. */
export function localOf(instant: number, timeZone: string): { readonly day: number; readonly time: number } {
  const there = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(timeZone)
  const wall = there.toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds
  const day = Math.floor(wall / DAY_MS)
  return { day, time: wall - day * DAY_MS }
}
