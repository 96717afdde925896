import { Temporal } from 'temporal-polyfill'

/** When the vendor resets the account: at 00:00 of the anchor day, in its time zone. */
export interface CycleTerms {
  /** 1 to 31; 29 to 31 mean the last day in months that are shorter. */
  readonly anchorDay: number
  /** IANA name, such as "America/New_York". */
  readonly timeZone: string
}

/** A billing cycle: [startAt, endAt), epoch milliseconds. */
export interface BillingCycle {
  readonly startAt: number
  readonly endAt: number
}

/** The billing cycle that contains the instant (epoch milliseconds). */
export function cycleAt(instantMs: number, terms: CycleTerms): BillingCycle {
  const day = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(terms.timeZone).toPlainDate()
  const month = day.toPlainYearMonth()
  const own = resetOf(month, terms)
  return instantMs >= own
    ? { startAt: own, endAt: resetOf(month.add({ months: 1 }), terms) }
    : { startAt: resetOf(month.subtract({ months: 1 }), terms), endAt: own }
}

function resetOf(month: Temporal.PlainYearMonth, { anchorDay, timeZone }: CycleTerms): number {
  const day = month.toPlainDate({ day: Math.min(anchorDay, month.daysInMonth) })
  return day.toZonedDateTime({ timeZone }).epochMilliseconds
}
