import { roughly } from '../domain/roughly.ts'

export interface PulseParts {
  readonly everyMs: number
  /** Milliseconds that never go back. */
  readonly monotonic: () => number
}

/** So many intervals may pass without a beat, and this long at least: the timer itself is set anew before that. */
const BEATS = 5
const LEAST_SILENCE_MS = 15_000
/** A tick that starts no run asks a vendor and a database, each of which gives up long before. */
const LONGEST_TICK_MS = 10 * 60_000

/** Whether the schedule's loop turns. A run may take as long as it likes; it is no sign of a loop that hangs. */
export class Pulse {
  readonly #parts: PulseParts
  #beatAt: number
  /** When the tick under way began; null: none is, or its run is at work. */
  #tickSince: number | null = null

  constructor(parts: PulseParts) {
    this.#parts = parts
    this.#beatAt = parts.monotonic()
  }

  beat(): void {
    this.#beatAt = this.#parts.monotonic()
  }

  tickBegins(): void {
    this.#tickSince = this.#parts.monotonic()
  }

  /** The tick under way has started a run: what it takes is the run's business. */
  runBegins(): void {
    this.#tickSince = null
  }

  tickEnds(): void {
    this.#tickSince = null
  }

  /** Why the process should be ended; null: it is alive. */
  get lost(): string | null {
    const { everyMs, monotonic } = this.#parts
    const silentMs = monotonic() - this.#beatAt
    if (silentMs > Math.max(BEATS * everyMs, LEAST_SILENCE_MS))
      return `the schedule has not asked for ${roughly(silentMs)}`
    const tickMs = this.#tickSince === null ? 0 : monotonic() - this.#tickSince
    return tickMs > LONGEST_TICK_MS ? `a tick has been at work for ${roughly(tickMs)}` : null
  }
}
