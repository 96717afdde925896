import { roughly } from '../domain/roughly.ts'

export interface PulseParts {
  readonly everyMs: number
  /** Monotonic ms. */
  readonly monotonic: () => number
}

/** The loop counts as dead after this many intervals without a beat, and at least this long; the timer is reset earlier. */
const BEATS = 5
const LEAST_SILENCE_MS = 15_000
/** A tick without a run only queries a vendor and a database, whose timeouts are much shorter. */
const LONGEST_TICK_MS = 10 * 60_000

/** Liveness of the schedule's loop. A run may take any time without counting as a hung loop. */
export class Pulse {
  readonly #parts: PulseParts
  #beatAt: number
  /** When the current tick began; null: there is none, or its run has begun. */
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

  /** The current tick has started a run: its duration is no longer limited. */
  runBegins(): void {
    this.#tickSince = null
  }

  tickEnds(): void {
    this.#tickSince = null
  }

  /** Why the process should be restarted; null: it is alive. */
  get lost(): string | null {
    const { everyMs, monotonic } = this.#parts
    const silentMs = monotonic() - this.#beatAt
    if (silentMs > Math.max(BEATS * everyMs, LEAST_SILENCE_MS))
      return `the schedule has not ticked for ${roughly(silentMs)}`
    const tickMs = this.#tickSince === null ? 0 : monotonic() - this.#tickSince
    return tickMs > LONGEST_TICK_MS ? `a tick has been running for ${roughly(tickMs)}` : null
  }
}
