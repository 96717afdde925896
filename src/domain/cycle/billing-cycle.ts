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
  let number = numberOf(day, terms)
  // A cycle may begin later in its first month; and if clocks go back over midnight, a day's last hour repeats after the
  // next day has begun.
  while (instantMs < startOf(number, terms)) number -= 1
  while (instantMs >= startOf(number + 1, terms)) number += 1
  return { startAt: startOf(number, terms), endAt: startOf(number + 1, terms) }
}

/** The cycle that ends at a reset reported by the vendor; its start is assumed to be one configured cycle earlier. */
export function cycleUntil(resetAt: number, terms: CycleTerms): BillingCycle {
  const end = Temporal.Instant.fromEpochMilliseconds(resetAt).toZonedDateTimeISO(terms.timeZone)
  const start = 'days' in terms ? end.subtract({ days: terms.days }) : end.subtract({ months: 1 })
  return { startAt: start.epochMilliseconds, endAt: resetAt }
}

/** The cycle at the instant, where the vendor has reported a reset before it and none since: each is a configured cycle long. */
export function cycleFrom(resetAt: number, terms: CycleTerms, instantMs: number): BillingCycle {
  const first = Temporal.Instant.fromEpochMilliseconds(resetAt).toZonedDateTimeISO(terms.timeZone)
  const reset = (n: number) =>
    first.add('days' in terms ? { days: n * terms.days } : { months: n }).toInstant().epochMilliseconds
  let n = 0
  while (reset(n + 1) <= instantMs) n += 1
  return { startAt: reset(n), endAt: reset(n + 1) }
}

/** Roughly the number of the cycle at a day: the months since the year 0, or the cycles since `from`. */
function numberOf(day: Temporal.PlainDate, terms: CycleTerms): number {
  if (!('days' in terms)) return 12 * day.year + day.month - 1
  return Math.floor(Temporal.PlainDate.from(terms.from).until(day, { largestUnit: 'days' }).days / terms.days)
}

/** When the cycle with this number begins, epoch milliseconds. */
function startOf(number: number, terms: CycleTerms): number {
  const { timeZone } = terms
  // A day that the month does not have becomes its last one.
  const day =
    'days' in terms
      ? Temporal.PlainDate.from(terms.from).add({ days: number * terms.days })
      : Temporal.PlainDate.from({ year: Math.floor(number / 12), month: (number % 12) + 1, day: terms.anchorDay })
  return day.toZonedDateTime({ timeZone }).epochMilliseconds
}
