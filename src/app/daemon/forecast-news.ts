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

/** True if a notification about expiring credits is configured. */
export function isForecastWanted({ notify }: Config): boolean {
  return notify.some(({ forecastAbove }) => forecastAbove !== undefined)
}

/** Makes the forecast and sends notifications, if any are configured. Failures are only logged. */
export async function forecastOnce(config: Config, log: Log): Promise<void> {
  if (!isForecastWanted(config)) return
  try {
    await tellForecast(config, await forecastAccount(config, log), log)
  } catch (error) {
    log.warn({ err: error }, 'no forecast was made')
  }
}

/**
 * Notifies the targets whose threshold the expiring credits exceed: each once per billing cycle, and again when the
 * amount has doubled, across all processes. A failed delivery is logged and repeated the next time. Throws
 * DatabaseUnavailableError.
 */
export async function tellForecast(config: Config, forecast: AccountForecast, log: Log): Promise<void> {
  const { unused } = forecast
  if (unused === null) return
  const expiring = parseCredits(unused.expiring) ?? NO_CREDITS
  const exceeded = config.notify.filter(
    ({ forecastAbove }) => forecastAbove !== undefined && expiring > inCredits(forecastAbove, config, forecast),
  )
  if (exceeded.length > 0) await sendNotices(exceeded, expiring, { config, forecast, unused, log })
}

interface What {
  readonly config: Config
  readonly forecast: AccountForecast
  readonly unused: NonNullable<AccountForecast['unused']>
  readonly log: Log
}

async function sendNotices(exceeded: readonly NotifyConfig[], credits: Credits, what: What): Promise<void> {
  const { config, forecast, unused, log } = what
  const { vendor, madeAt, resetAt } = forecast
  const { spendable, expiring, because } = unused
  const news = { vendor, resetAt: new Date(resetAt).toISOString(), spendable, expiring, because }
  const { notify: targets, secrets, database } = config
  const notifier = new Notifier({ targets, log, hide: redactor(secrets), clock: systemClock })
  await withDatabase(database, async (connection) => {
    for (const target of exceeded) {
      const recipient = { vendor, url: target.url }
      if (!(await claimNotice(connection, recipient, { credits, now: madeAt, resetAt }))) continue
      if (!(await notifier.forecast(news, target))) await forgetNotice(connection, recipient)
      else log.info({ credits: toDecimal(credits), spendable }, 'told what will expire unused')
    }
  })
}

/** A percentage refers to the allotment, or to the balance if none is configured. */
function inCredits(threshold: Threshold, { vendor }: Config, { balance }: AccountForecast): Credits {
  if ('credits' in threshold) return threshold.credits
  const base = vendor.credits.allotment ?? parseCredits(balance) ?? NO_CREDITS
  return Math.round((base * threshold.percent) / 100) as Credits
}
