import { NO_CREDITS } from '../../domain/credits/credits.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { Limiter } from '../limiter.ts'
import { type RateLimits, spacingMs } from '../spacing.ts'

export type SharedLimits = RateLimits & { readonly maxConcurrent?: number | undefined }

/** More calls at once no vendor allows. */
const UNLIMITED = 100_000

/** Lets one turn after another through, as the limits allow. */
export interface Turnstile {
  /** Resolves when the turn is over; never rejects. */
  run(turn: () => Promise<void>): Promise<void>
}

/** Of this process alone. */
export function localTurnstile(limits: SharedLimits, clock: Clock): Turnstile {
  const concurrency = Math.max(1, Math.floor(limits.maxConcurrent ?? UNLIMITED))
  const limiter = new Limiter({ concurrency, minTimeMs: spacingMs(limits), credits: NO_CREDITS, clock })
  return { run: (turn) => limiter.run(NO_CREDITS, turn) }
}

/**
 * The vendor's limits over all accounts that are worked together, where the vendor counts by address and not by key. Each
 * account keeps them by itself as well. Calls go in the order in which they come, whichever account they are of.
 */
export class SharedCeiling {
  readonly #turnstile: Turnstile

  constructor(turnstile: Turnstile) {
    this.#turnstile = turnstile
  }

  /** The turns of one account. */
  turns(): SharedTurns {
    return new SharedTurns(this.#turnstile)
  }
}

/** Ends a turn; twice is once. */
export type EndTurn = () => void

export class SharedTurns {
  readonly #turnstile: Turnstile
  readonly #waiting = new Set<() => void>()

  constructor(turnstile: Turnstile) {
    this.#turnstile = turnstile
  }

  /** Resolves when a call may be sent, to what is called once it is back; to null if the waiting is dismissed. */
  next(): Promise<EndTurn | null> {
    return new Promise((resolve) => {
      let isWanted = true
      const dismiss = () => {
        isWanted = false
        resolve(null)
      }
      this.#waiting.add(dismiss)
      const turn = () => {
        this.#waiting.delete(dismiss)
        return new Promise<void>((end) => {
          if (isWanted) resolve(end)
          else end()
        })
      }
      void this.#turnstile.run(turn)
    })
  }

  dismiss(): void {
    for (const dismiss of this.#waiting) dismiss()
    this.#waiting.clear()
  }
}
