import type { RunSummary } from '../../domain/run.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { type DeliverOptions, deliver, type Target } from './deliver.ts'
import { brokenMessage, type Message, runMessage } from './message.ts'

export interface NotifierParts extends DeliverOptions {
  readonly targets: readonly (Target & { readonly on: readonly string[] })[]
  readonly log: Log
}

/** Tells people how runs end. It is never the reason that something fails: what does not arrive is logged. */
export class Notifier {
  readonly #parts: NotifierParts

  constructor(parts: NotifierParts) {
    this.#parts = parts
  }

  /** Resolves when everybody who wants to know has been told, or could not be. */
  ended(summary: RunSummary): Promise<void> {
    return this.#tell(summary.status, runMessage(summary, new Date()))
  }

  /** A run could not be begun, or broke; `what` names it. */
  broke(what: string, error: unknown): Promise<void> {
    return this.#tell('failed', brokenMessage(what, error, new Date()))
  }

  async #tell(event: string, message: Message): Promise<void> {
    const { targets, log } = this.#parts
    const wanted = targets.filter(({ on }) => on.includes(event))
    await Promise.all(
      wanted.map(async (target) => {
        const reason = await deliver(message, target, this.#parts)
        if (reason !== null) log.warn({ host: new URL(target.url).host, reason, type: message.type }, 'nobody was told')
      }),
    )
  }
}
