import { type DayOfUse, localOf, type Use } from './days-of-use.ts'

/** A reported balance, and what all runs on the account had spent by then. Micro-credits, epoch ms. */
export interface BalanceReading {
  readonly at: number
  readonly balance: number
  readonly spent: number
  /** The reset that ends the billing cycle of the balance. */
  readonly resetAt: number
}

const HOUR_MS = 3_600_000
/** A day is known only if readings cover at least this many of its hours. */
const FEWEST_HOURS = 22
/** Tolerated error of our books, as a share of what our runs spent. */
const BOOKS_ERROR = 0.05

/** The fall of balances that our runs do not explain, spread over the hours; not across a reset or a top-up. */
export function daysOfOthers(readings: readonly BalanceReading[], now: number, timeZone: string): DayOfUse[] {
  const days = new Map<number, { time: number; credits: number }[]>()
  for (const [at, reading] of readings.slice(1).entries()) {
    for (const use of usesBetween(readings[at] as BalanceReading, reading)) {
      const { day, time } = localOf(use.at, timeZone)
      days.set(day, [...(days.get(day) ?? []), { time, credits: use.credits }])
    }
  }
  const today = localOf(now, timeZone).day
  return [...days]
    .filter(([day, uses]) => day < today && hoursIn(uses) >= FEWEST_HOURS)
    .map(([day, uses]) => ({ day, uses }))
}

/** One use per full hour between the two readings; a single one if there is none. */
function usesBetween(from: BalanceReading, to: BalanceReading): Use[] {
  const fell = from.balance - to.balance
  const ours = to.spent - from.spent
  const others = fell - ours
  if (to.at >= from.resetAt || fell < 0 || others < -BOOKS_ERROR * ours) return []
  const used = Math.max(0, others)
  const first = Math.ceil(from.at / HOUR_MS)
  const count = Math.floor(to.at / HOUR_MS) - first + 1
  if (count < 1) return [{ at: from.at, credits: used }]
  return Array.from({ length: count }, (_, n) => ({ at: (first + n) * HOUR_MS, credits: used / count }))
}

function hoursIn(uses: DayOfUse['uses']): number {
  return new Set(uses.map(({ time }) => Math.floor(time / HOUR_MS))).size
}
