import { figure } from '../domain/figure.ts'
import type { RunEvent } from '../refresh/events/events.ts'

const EVERY_MS = 1_000

/** A line a second on how a run goes, where there is no terminal for a live one. */
export class Ticker {
  readonly #print: (line: string) => void
  #lastAt = 0

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  show(event: RunEvent): void {
    const now = performance.now()
    if (event.type !== 'progress' || now - this.#lastAt < EVERY_MS) return
    this.#lastAt = now
    const { records, credits } = event.summary
    const n = (value: number) => figure(value).padStart(6)
    const { concurrency, latencyMs, reason } = event.pace
    this.#print(
      `  ${n(records.selected - records.remaining)} of ${n(records.selected)} records · ${n(credits.spent)} of ${n(credits.budget)} credits · ${concurrency} at once · ${Math.round(latencyMs)} ms · ${reason}`,
    )
  }
}
