import type { Config } from '../../config/config.ts'
import { systemClock } from '../../domain/clock.ts'
import type { Metrics } from '../../observability/metrics/metrics.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { AccountForecast, Plan } from '../../schedule/plan.ts'
import { pastRuns } from '../past/past-runs.ts'
import { forecastAccount } from '../plan/account-forecast.ts'
import { isForecastWanted, tellForecast } from './forecast-news.ts'

export interface ForecastParts {
  readonly log: Log
  readonly metrics?: Metrics | undefined
}

/** How often the eligible records are counted. */
const EVERY_MS = 60 * 60_000
/** How many runs to look back for the last one of each job. */
const LOOK_BACK = 100

/** Forecasts what will expire unused, for metrics and notifications: once an hour and after each run. */
export class HourlyForecast {
  readonly #config: Config
  readonly #parts: ForecastParts
  #madeAt: number | null = null

  constructor(config: Config, parts: ForecastParts) {
    this.#config = config
    this.#parts = parts
  }

  /** Makes the next `make` due at once. */
  makeAgain(): void {
    this.#madeAt = null
  }

  /** Makes the forecast if it is due. Throws as `forecastAccount` does; a failure is retried at the next tick. */
  async make(): Promise<void> {
    const { log, metrics } = this.#parts
    if (metrics === undefined && !isForecastWanted(this.#config)) return
    const now = systemClock.now()
    if (this.#madeAt !== null && now >= this.#madeAt && now - this.#madeAt < EVERY_MS) return
    const forecast = await forecastAccount(this.#config, log)
    this.#madeAt = now
    if (metrics !== undefined) await this.#measure(forecast, metrics)
    await tellForecast(this.#config, forecast, log)
  }

  async #measure({ madeAt, balance, plans, unused, vendor }: AccountForecast, metrics: Metrics): Promise<void> {
    const past = await pastRuns({ database: this.#config.database, vendor: this.#config.vendor.name }, LOOK_BACK)
    for (const { job } of plans) {
      const last = past.find((run) => run.vendor === vendor && run.job === job && run.endedAt !== null)
      if (last !== undefined) metrics.pastRun(last)
    }
    const jobs = plans.map(({ job, credits }) => ({ job, reserve: credits.reserve, spendable: spendableOf(credits) }))
    const { credits, expiring = 0 } = unused ?? {}
    const figures = credits === undefined ? null : { typical: credits.typical, most: credits.most, expiring }
    metrics.forecast({ madeAt, balance, jobs, unused: figures })
  }
}

/** Spendable credits as in a run: not limited by the job's budget. */
function spendableOf({ balance, reserve, unknown }: Plan['credits']): number | null {
  return balance === null ? null : Math.max(0, balance - reserve - unknown)
}
