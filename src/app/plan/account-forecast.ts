import type { Config } from '../../config/config.ts'
import { type Credits, parseCredits, toDecimal } from '../../domain/credits/credits.ts'
import { atReset } from '../../domain/credits/rollover.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { accountForecast } from '../../schedule/forecast.ts'
import type { AccountForecast, Plan } from '../../schedule/plan.ts'
import { scheduledJobs } from './outlook.ts'
import { plans } from './plan.ts'

/**
 * Forecasts the account's unused credits; the only request to the vendor is for the balance. Throws InputError if the
 * config does not fit the table or no job has a schedule, DatabaseUnavailableError and BalanceUnreadableError.
 */
export async function forecastAccount(config: Config, log: Log, now = Date.now): Promise<AccountForecast> {
  const madeAt = now()
  return forecastFrom(config, await plans(config, scheduledJobs(config), log, madeAt), madeAt)
}

/** Combines the plans of all scheduled jobs, at least one. */
export function forecastFrom(config: Config, planned: readonly Plan[], madeAt: number): AccountForecast {
  const [first] = planned as [Plan]
  return {
    vendor: config.vendor.name,
    madeAt,
    resetAt: Date.parse(first.cycle.endAt),
    balance: first.credits.balance,
    plans: planned,
    unused: unusedOf(planned, config.vendor.credits.cycle.rollover ?? 0),
  }
}

function unusedOf(planned: readonly Plan[], rollover: number): AccountForecast['unused'] {
  const known = planned.flatMap(({ credits: { expectedUse }, unused }) =>
    expectedUse === null || unused.credits === null
      ? []
      : [{ use: expectedUse, unused: unused.credits, because: unused.because }],
  )
  const all = accountForecast(known)
  if (all === null || known.length < planned.length) return null
  const { unused, nearest } = all
  const { expired } = atReset((parseCredits(unused.typical) ?? 0) as Credits, rollover)
  return {
    // Of one job's forecast: used and unused credits add up to what is spendable.
    spendable: nearest.unused.typical + nearest.use.typical,
    credits: unused,
    expiring: toDecimal(expired),
    because: unused.typical === 0 ? [] : nearest.because,
  }
}
