import type { Config, JobConfig } from '../../config/config.ts'
import type { ForecastView } from '../../dashboard/ports.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import type { AccountForecast } from '../../schedule/plan.ts'
import type { Connection } from '../../store/client.ts'
import { checkTable } from '../compose/check-table.ts'
import { describeOver } from '../compose/with-database.ts'
import type { AccountReading } from '../plan/outlook.ts'
import { forecastFrom, planOf } from '../plan/plan.ts'

/** The eligible records are counted no more often than this, however many people look. */
const EVERY_MS = 10 * 60_000
/** That it could not be made may pass: a database comes back. */
const FAILED_MS = 30_000

export interface ForecastTerms {
  readonly jobs: readonly JobConfig[]
  /** What is known of the account without asking the vendor. */
  readonly account: AccountReading
  /** What has happened since is another forecast. */
  readonly sign: string
}

/** Gives the connection for as long as the forecast is made. */
type Read = (work: (connection: Connection) => Promise<AccountForecast>) => Promise<AccountForecast>

/** The forecast to the reset as it was made last; it is made beside the pages, by whoever looks first. */
export class KeptForecast {
  readonly #config: Config
  readonly #hide: (text: string) => string
  readonly #monotonic: () => number
  #made: { readonly at: number; readonly sign: string; readonly view: ForecastView } | null = null
  #underWay: Promise<void> | null = null

  constructor(config: Config, parts: { readonly hide: (text: string) => string; readonly monotonic: () => number }) {
    this.#config = config
    this.#hide = parts.hide
    this.#monotonic = parts.monotonic
  }

  /** What there is, at once. */
  view(read: Read, terms: ForecastTerms): ForecastView {
    if (terms.jobs.length === 0) return { kind: 'none', why: 'no job has a schedule' }
    const made = this.#made
    const keptMs = made?.view.kind === 'made' ? EVERY_MS : FAILED_MS
    const fresh = made !== null && made.sign === terms.sign && this.#monotonic() - made.at < keptMs
    if (!fresh) this.#underWay ??= this.#make(read, terms)
    return made?.view ?? { kind: 'counting' }
  }

  /** When it changes, there is another forecast. */
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
      view = { kind: 'made', forecast: await read((connection) => forecastOver(connection, this.#config, terms)) }
    } catch (error) {
      view = { kind: 'none', why: this.#hide(messageOf(error)) }
    }
    this.#made = { at: this.#monotonic(), sign: terms.sign, view }
    this.#underWay = null
  }
}

async function forecastOver(connection: Connection, config: Config, terms: ForecastTerms): Promise<AccountForecast> {
  const over = { config, connection, table: await checkTable(config, describeOver(connection)) }
  const { at } = terms.account
  const planned = []
  for (const job of terms.jobs) planned.push(await planOf(over, job, Promise.resolve(terms.account), () => at))
  return forecastFrom(config, planned, at)
}
