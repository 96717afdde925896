import type { Config, Threshold } from '../../config/config.ts'
import { type Credits, NO_CREDITS, parseCredits, toDecimal } from '../../domain/credits/credits.ts'
import type { ForecastNow } from '../../domain/judgement/situation.ts'
import { iso } from '../../domain/time/iso.ts'
import type { Metrics } from '../../observability/metrics/metrics.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { AccountForecast, Plan } from '../../schedule/plan.ts'
import { claimNotice, forgetNotice, keepNotice } from '../../store/ledger/sent-notices.ts'
import { withDatabase } from '../compose/with-database.ts'
import { pastRuns } from '../past/past-runs.ts'
import { historyOf, shownIn } from '../plan/judgement.ts'
import type { EvaluationParts } from '../plan/outlook.ts'
import { forecastAccount, type JudgedForecast } from '../plan/plan.ts'
import { notifierOf } from '../run/run.ts'

/** How often the eligible records are counted. */
const EVERY_MS = 60 * 60_000
/** How many runs to look back for the last one of each job. */
const LOOK_BACK = 100

type ForecastParts = Pick<EvaluationParts, 'log' | 'now'> & { readonly metrics?: Metrics | undefined }

/** Forecasts what will expire unused, for metrics and notifications: once an hour and after each run. */
export class HourlyForecast {
  readonly #config: Config
  readonly #parts: ForecastParts
  #madeAt: number | null = null
  #made: ForecastNow = { kind: 'counting' }

  constructor(config: Config, parts: ForecastParts) {
    this.#config = config
    this.#parts = parts
  }

  /** The last one, as an account is judged by it. */
  get made(): ForecastNow {
    return this.#made
  }

  makeAgain(): void {
    this.#madeAt = null
  }

  /** Makes the forecast if it is due. Throws as `forecastAccount` does; a failure is retried at the next tick. */
  async make(): Promise<void> {
    const { log, metrics, now } = this.#parts
    if (metrics === undefined && !isForecastWanted(this.#config)) return
    const at = now()
    if (this.#madeAt !== null && at >= this.#madeAt && at - this.#madeAt < EVERY_MS) return
    const forecast = await forecastAccount(this.#config, log, now)
    this.#madeAt = at
    this.#made = historyOf(forecast)
    if (metrics !== undefined) await measure(this.#config, forecast, metrics)
    await tellForecast(this.#config, forecast, log)
  }
}

async function measure({ database, vendor }: Config, forecast: JudgedForecast, metrics: Metrics): Promise<void> {
  const { madeAt, balance, plans, unused } = forecast
  const past = await pastRuns({ database, vendor: vendor.name }, LOOK_BACK)
  for (const { job } of plans) {
    const last = past.find((run) => run.job === job && run.endedAt !== null)
    if (last !== undefined) metrics.pastRun(last)
  }
  const jobs = plans.map(({ job, credits }) => ({ job, reserve: credits.reserve, spendable: spendableOf(credits) }))
  const figures = unused && { typical: unused.credits.typical, most: unused.credits.most, expiring: unused.expiring }
  metrics.forecast({ madeAt, balance, jobs, unused: figures })
}

/** Spendable credits as in a run: not limited by the job's budget. */
function spendableOf({ balance, reserve, unknown }: Plan['credits']): number | null {
  return balance === null ? null : Math.max(0, balance - reserve - unknown)
}

function isForecastWanted({ notify }: Config): boolean {
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

/** Notifies each target whose threshold is exceeded: once a billing cycle, and again once the amount has doubled. */
export async function tellForecast(config: Config, forecast: JudgedForecast, log: Log): Promise<void> {
  const { vendor, madeAt, resetAt, unused, judgement } = forecast
  const credits = parseCredits(judgement.atStake)
  if (credits === null) return
  const exceeded = config.notify.filter(
    ({ forecastAbove }) => forecastAbove !== undefined && credits > inCredits(forecastAbove, config, forecast),
  )
  if (exceeded.length === 0) return
  const expiring = toDecimal(credits)
  const spendable = judgement.spendable ?? expiring
  const because = unused?.because ?? []
  const news = { vendor, resetAt: iso(resetAt), spendable, expiring, judgement: shownIn(config, judgement), because }
  const notifier = notifierOf(config, log)
  await withDatabase(config.database, async (connection) => {
    for (const target of exceeded) {
      const recipient = { vendor, url: target.url }
      if (!(await claimNotice(connection, recipient, { credits, now: madeAt, resetAt }))) continue
      if (!(await notifier.forecast(news, target))) {
        await forgetNotice(connection, recipient)
        continue
      }
      await keepNotice(connection, recipient, resetAt)
      log.info({ credits: toDecimal(credits), spendable }, 'sent a notice of what will expire unused')
    }
  })
}

/** A percentage refers to the allotment, or to the balance if none is configured. */
function inCredits(threshold: Threshold, { vendor }: Config, { balance }: AccountForecast): Credits {
  if ('credits' in threshold) return threshold.credits
  const base = vendor.credits.allotment ?? parseCredits(balance) ?? NO_CREDITS
  return Math.round((base * threshold.percent) / 100) as Credits
}
