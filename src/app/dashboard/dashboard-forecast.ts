import type { Config, JobConfig } from '../../config/config.ts'
import type { ForecastView } from '../../dashboard/ports.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import type { AccountForecast } from '../../schedule/plan.ts'
import type { Connection } from '../../store/client.ts'
import { forecastOver } from '../plan/account-forecast.ts'
import type { AccountReading } from '../plan/outlook.ts'

/** How long a forecast is shown before the eligible records are counted again. */
const EVERY_MS = 10 * 60_000
/** The same after a failure, which may pass. */
const FAILED_MS = 30_000

export interface ForecastTerms {
  readonly jobs: readonly JobConfig[]
  readonly account: AccountReading
  /** Changes when something has happened that makes another forecast necessary. */
  readonly sign: string
}

type Read = (work: (connection: Connection) => Promise<AccountForecast>) => Promise<AccountForecast>

interface ForecastParts {
  readonly hide: (text: string) => string
  readonly monotonic: () => number
}

/** The latest forecast. A page that finds it outdated has another made in the background. */
export class KeptForecast {
  readonly #config: Config
  readonly #parts: ForecastParts
  #made: { readonly at: number; readonly sign: string; readonly view: ForecastView } | null = null
  #underWay: Promise<void> | null = null

  constructor(config: Config, parts: ForecastParts) {
    this.#config = config
    this.#parts = parts
  }

  /** What there is now, without waiting. */
  view(read: Read, terms: ForecastTerms): ForecastView {
    if (terms.jobs.length === 0) return { kind: 'none', why: 'no job has a schedule' }
    const made = this.#made
    const keptMs = made?.view.kind === 'made' ? EVERY_MS : FAILED_MS
    const fresh = made !== null && made.sign === terms.sign && this.#parts.monotonic() - made.at < keptMs
    if (!fresh) this.#underWay ??= this.#make(read, terms)
    return made?.view ?? { kind: 'counting' }
  }

  /** Changes with the forecast. */
  get stamp(): string {
    return this.#made === null ? 'none' : String(this.#made.at)
  }

  /** Resolves when nothing is being counted. */
  async settled(): Promise<void> {
    await this.#underWay
  }

  async #make(read: Read, terms: ForecastTerms): Promise<void> {
    let view: ForecastView
    try {
      view = {
        kind: 'made',
        forecast: await read((connection) => forecastOver(connection, this.#config, terms.account)),
      }
    } catch (error) {
      view = { kind: 'none', why: this.#parts.hide(messageOf(error)) }
    }
    this.#made = { at: this.#parts.monotonic(), sign: terms.sign, view }
    this.#underWay = null
  }
}
