import type { RunEvent } from '../refresh/events/events.ts'
import type { Log } from '../refresh/ports/log.ts'

const EVERY_MS = 30_000

/** A line in the log now and then on how a run goes, for those who have nothing else to look at. */
export class ProgressNews {
  readonly #log: Log
  readonly #monotonic: () => number
  #saidAt: number | null = null

  constructor(log: Log, monotonic: () => number) {
    this.#log = log
    this.#monotonic = monotonic
  }

  show(event: RunEvent): void {
    if (event.type !== 'progress') return
    const now = this.#monotonic()
    this.#saidAt ??= now
    if (now - this.#saidAt < EVERY_MS) return
    this.#saidAt = now
    const { runId, records, credits, calls } = event.summary
    const { concurrency, perSecond, latencyMs } = event.pace
    const done = records.selected - records.remaining
    this.#log.info(
      {
        runId,
        records: { done, selected: records.selected },
        credits: { spent: credits.spent, budget: credits.budget },
        calls,
        pace: { concurrency, perSecond, latencyMs: Math.round(latencyMs) },
      },
      'progress',
    )
  }
}
