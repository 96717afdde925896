import { type Credits, MOST_CREDITS, minus, most, NO_CREDITS, plus } from '../credits/credits.ts'
import type { Watch } from './told.ts'

/** After this many possibly charged calls without a balance, replies are assumed never to contain one. */
const SILENT_REPLIES = 5

/**
 * Limits what a run may spend until it sees the next balance: half of what is spendable. The run thus approaches the
 * reserve in halves, and notices others' spending before the last credit is gone.
 */
export class Trust {
  readonly #watched: Watch
  /** What may be spent before the next balance; applies once a first one has been seen. */
  #left: Credits = NO_CREDITS
  #reported: boolean
  /** The last balance arrived while no call of ours was open, and none has been opened since. */
  #fresh = false
  /** Possibly charged calls without a balance, until the first balance. */
  #silent = 0

  constructor(watched: Watch) {
    this.#watched = watched
    this.#reported = watched === 'endpoint'
  }

  get left(): Credits {
    return this.#left
  }

  /** Balances come only in replies and none has been seen yet: one call at a time, to learn the balance. */
  get unseen(): boolean {
    return this.#watched === 'replies' && !this.#reported && this.#silent < SILENT_REPLIES
  }

  /**
   * What may be reserved before a new balance is seen. A single call is always allowed right after a balance that arrived
   * while nothing was open, and wherever only a call can bring a new balance.
   */
  until(each: Credits, open: Credits): Credits {
    if (this.#watched === 'nowhere' || !this.#reported) return MOST_CREDITS
    const alone = open === 0 && (this.#fresh || this.#watched === 'replies') ? each : NO_CREDITS
    return most(minus(this.#left, open), alone)
  }

  /** Sets the limit from the current `spendable` and `open` credits. */
  begin(spendable: Credits | null, open: Credits): void {
    const half = spendable === null ? 0 : Math.ceil(plus(spendable, open) / 2)
    this.#left = most(half as Credits, NO_CREDITS)
  }

  renew(spendable: Credits | null, open: Credits): void {
    this.#reported = true
    this.begin(spendable, open)
  }

  /** A balance arrived; `home`: no call of ours was open then. */
  heard(home: boolean): void {
    this.#fresh = home
  }

  opened(): void {
    this.#fresh = false
  }

  spent(cost: Credits): void {
    this.#left = minus(this.#left, cost)
  }

  /** A call that may have been charged has brought no balance. */
  noBalance(): void {
    this.#silent += 1
  }
}
