import type { RunSummary } from '../../domain/run/run.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { type DeliverOptions, deliver, type Target } from './deliver.ts'
import { brokenMessage, type ForecastNews, forecastMessage, type Message, runMessage } from './message.ts'

export type Hearer = Target & { readonly on: readonly string[] }

export interface NotifierParts extends DeliverOptions {
  readonly targets: readonly Hearer[]
  readonly log: Log
}

/** Tells people how runs end, and which credits will be lost. Fails nothing: what does not arrive is logged. */
export class Notifier {
  readonly #parts: NotifierParts

  constructor(parts: NotifierParts) {
    this.#parts = parts
  }

  /** `report`: where the run's report is. Resolves when everybody who wants to know has been told, or could not be. */
  ended(summary: RunSummary, report: string | null = null): Promise<void> {
    return this.#tell(summary.status, runMessage(summary, this.#parts.clock.now(), report))
  }

  /** A run could not be begun, or broke; `what` names it. */
  broke(what: string, error: unknown): Promise<void> {
    return this.#tell('failed', brokenMessage(what, error, this.#parts.clock.now()))
  }

  /** Credits are expected to be lost. Resolves to whether the target has been told. */
  forecast(news: ForecastNews, target: Target): Promise<boolean> {
    return this.#deliver(forecastMessage(news, this.#parts.clock.now()), target)
  }

  async #tell(event: string, message: Message): Promise<void> {
    const wanted = this.#parts.targets.filter(({ on }) => on.includes(event))
    await Promise.all(wanted.map((target) => this.#deliver(message, target)))
  }

  async #deliver(message: Message, target: Target): Promise<boolean> {
    const reason = await deliver(message, target, this.#parts)
    if (reason === null) return true
    const { host } = new URL(target.url)
    this.#parts.log.warn({ host, reason, type: message.type }, 'nobody was told')
    return false
  }
}
