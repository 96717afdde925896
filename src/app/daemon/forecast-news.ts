import type { Config, NotifyConfig, Threshold } from '../../config/config.ts'
import { systemClock } from '../../domain/clock.ts'
import { type Credits, NO_CREDITS, parseCredits, toDecimal } from '../../domain/credits.ts'
import { redactor } from '../../observability/logger.ts'
import { Notifier } from '../../observability/notify/notifier.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { AccountForecast } from '../../schedule/plan.ts'
import { claimNotice, forgetNotice } from '../../store/ledger/sent-notices.ts'
import { withDatabase } from '../compose/with-database.ts'
import { forecastAccount } from '../plan/account-forecast.ts'

/** Whether someone wants to know what will expire unused. */
export function isForecastWanted({ notify }: Config): boolean {
  return notify.some(({ forecastAbove }) => forecastAbove !== undefined)
}

/** For whoever looks once, and does not depend on it: makes the forecast where it is wanted, and tells it. */
export async function forecastOnce(config: Config, log: Log): Promise<void> {
  if (!isForecastWanted(config)) return
  try {
    await tellForecast(config, await forecastAccount(config, log), log)
  } catch (error) {
    log.warn({ err: error }, 'no forecast was made')
  }
}

/**
 * Tells whoever wants to know that more than they care for is expected to be lost; each once in a billing cycle, and
 * again when it has doubled, whichever process asks. What does not arrive is logged, and told the next time. Throws
 * DatabaseUnavailableError.
 */
export async function tellForecast(config: Config, forecast: AccountForecast, log: Log): Promise<void> {
  const { unused } = forecast
  if (unused === null) return
  const expiring = parseCredits(unused.expiring) ?? NO_CREDITS
  const concerned = config.notify.filter(
    ({ forecastAbove }) => forecastAbove !== undefined && expiring > inCredits(forecastAbove, config, forecast),
  )
  if (concerned.length > 0) await tell(concerned, expiring, { config, forecast, unused, log })
}

interface What {
  readonly config: Config
  readonly forecast: AccountForecast
  readonly unused: NonNullable<AccountForecast['unused']>
  readonly log: Log
}

async function tell(concerned: readonly NotifyConfig[], credits: Credits, what: What): Promise<void> {
  const { config, forecast, unused, log } = what
  const { vendor, madeAt, resetAt } = forecast
  const { spendable, expiring, because } = unused
  const news = { vendor, resetAt: new Date(resetAt).toISOString(), spendable, expiring, because }
  const { notify: targets, secrets, database } = config
  const notifier = new Notifier({ targets, log, hide: redactor(secrets), sleep: (ms) => systemClock.sleep(ms) })
  await withDatabase(database, async (connection) => {
    for (const target of concerned) {
      const recipient = { vendor, url: target.url }
      if (!(await claimNotice(connection, recipient, { credits, now: madeAt, resetAt }))) continue
      if (!(await notifier.forecast(news, target))) await forgetNotice(connection, recipient)
      else log.info({ credits: toDecimal(credits), spendable }, 'told what will expire unused')
    }
  })
}

/** A share is one of the allotment, or of the balance where none is configured. */
function inCredits(threshold: Threshold, { vendor }: Config, { balance }: AccountForecast): Credits {
  if ('credits' in threshold) return threshold.credits
  const whole = vendor.credits.allotment ?? parseCredits(balance) ?? NO_CREDITS
  return Math.round((whole * threshold.percent) / 100) as Credits
}
