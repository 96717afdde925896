import type { Clock } from '../../domain/time/clock.ts'
import { roughly } from '../../domain/time/roughly.ts'

/** The loop counts as dead after this many intervals without a beat, and at least this long; the timer is reset earlier. */
const BEATS = 5
const LEAST_SILENCE_MS = 15_000
/** A tick without a run only queries a vendor and a database, whose timeouts are much shorter. */
const LONGEST_TICK_MS = 10 * 60_000

/** Liveness of the schedule's loop. A run may take any time without counting as a hung loop. */
export class Pulse {
  readonly #everyMs: number
  readonly #clock: Pick<Clock, 'monotonic'>
  #beatAt: number
  /** When the current tick began; null: there is none, or its run has begun. */
  #tickSince: number | null = null

  constructor(everyMs: number, clock: Pick<Clock, 'monotonic'>) {
    this.#everyMs = everyMs
    this.#clock = clock
    this.#beatAt = clock.monotonic()
  }

  beat(): void {
    this.#beatAt = this.#clock.monotonic()
  }

  tickBegins(): void {
    this.#tickSince = this.#clock.monotonic()
  }

  /** The tick has ended, or has started a run, which may take any time. */
  tickEnds(): void {
    this.#tickSince = null
  }

  /** Why the process should be restarted; null: it is alive. */
  get lost(): string | null {
    const now = this.#clock.monotonic()
    const silentMs = now - this.#beatAt
    if (silentMs > Math.max(BEATS * this.#everyMs, LEAST_SILENCE_MS))
      return `the schedule has not ticked for ${roughly(silentMs)}`
    const tickMs = this.#tickSince === null ? 0 : now - this.#tickSince
    return tickMs > LONGEST_TICK_MS ? `a tick has been running for ${roughly(tickMs)}` : null
  }
}
