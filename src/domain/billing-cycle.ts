import { Temporal } from 'temporal-polyfill'

/** A month from the anchor day on; anchor day 1 is the calendar month. */
export interface AnchoredTerms {
  /** 1 to 31; 29 to 31 mean the last day in months that are shorter. */
  readonly anchorDay: number
  /** IANA name, such as "America/New_York". */
  readonly timeZone: string
}

/** A fixed number of days, counted in both directions from a day on which a cycle began. */
export interface FixedTerms {
  readonly days: number
  /** ISO 8601, such as "2026-01-15". */
  readonly from: string
  readonly timeZone: string
}

/** When the vendor resets the account: at the first instant of a day in its time zone, which is not always 00:00. */
export type CycleTerms = AnchoredTerms | FixedTerms

/** A billing cycle: [startAt, endAt), epoch milliseconds. */
export interface BillingCycle {
  readonly startAt: number
  readonly endAt: number
}

/** The billing cycle that contains the instant (epoch milliseconds). */
export function cycleAt(instantMs: number, terms: CycleTerms): BillingCycle {
  const day = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(terms.timeZone).toPlainDate()
  // If clocks go back over midnight, a day's last hour repeats after the next day has begun; hence the search.
  let resets = resetsAround(day, terms)
  while (instantMs < resets.at(0)) resets = resets.shifted(-1)
  while (instantMs >= resets.at(1)) resets = resets.shifted(1)
  return { startAt: resets.at(0), endAt: resets.at(1) }
}

/** The cycle that ends at a reset reported by the vendor; its start is assumed to be one configured cycle earlier. */
export function cycleUntil(resetAt: number, terms: CycleTerms): BillingCycle {
  const end = Temporal.Instant.fromEpochMilliseconds(resetAt).toZonedDateTimeISO(terms.timeZone)
  const start = 'days' in terms ? end.subtract({ days: terms.days }) : end.subtract({ months: 1 })
  return { startAt: start.epochMilliseconds, endAt: resetAt }
}

/** A window on consecutive resets: `at(0)` and `at(1)`, epoch ms; `shifted` moves it by one. */
interface Resets {
  at(offset: 0 | 1): number
  shifted(by: 1 | -1): Resets
}

function resetsAround(day: Temporal.PlainDate, terms: CycleTerms): Resets {
  return 'days' in terms ? fixedResets(day, terms) : anchoredResets(day.toPlainYearMonth(), terms)
}

function anchoredResets(month: Temporal.PlainYearMonth, terms: AnchoredTerms): Resets {
  return {
    at: (offset) => {
      const own = month.add({ months: offset })
      const day = own.toPlainDate({ day: Math.min(terms.anchorDay, own.daysInMonth) })
      return startOf(day, terms.timeZone)
    },
    shifted: (by) => anchoredResets(month.add({ months: by }), terms),
  }
}

function fixedResets(day: Temporal.PlainDate, terms: FixedTerms): Resets {
  const from = Temporal.PlainDate.from(terms.from)
  const cycles = Math.floor(from.until(day, { largestUnit: 'days' }).days / terms.days)
  const numbered = (n: number): Resets => ({
    at: (offset) => startOf(from.add({ days: (n + offset) * terms.days }), terms.timeZone),
    shifted: (by) => numbered(n + by),
  })
  return numbered(cycles)
}

function startOf(day: Temporal.PlainDate, timeZone: string): number {
  return day.toZonedDateTime({ timeZone }).epochMilliseconds
}
