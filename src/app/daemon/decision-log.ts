import { iso } from '../../domain/time/iso.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { Ticked } from './tick.ts'

/** Logs what the schedule decides: what is new at `info`, repeats at `debug`. */
export class DecisionLog {
  readonly #log: Log
  #last = ''

  constructor(log: Log) {
    this.#log = log
  }

  decided({ chosen: { job, decision }, cycle }: Ticked): void {
    const { because, until } = decision.kind === 'wait' ? decision : { because: '', until: null }
    const news = `${job} ${decision.kind} ${because} ${until}`
    const level = news === this.#last ? 'debug' : 'info'
    this.#last = news
    const at = { until: until === null ? null : iso(until), resetAt: iso(cycle.endAt) }
    this.#log[level]({ job, decision: decision.kind, why: decision.why, ...at }, 'decided')
  }

  /** The next decision is new, whatever it is. */
  forget(): void {
    this.#last = ''
  }
}
