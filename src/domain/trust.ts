import type { Watch } from './balance-belief.ts'
import { type Credits, MOST_CREDITS, minus, most, NO_CREDITS, plus } from './credits.ts'

/** So many calls that may have cost something and brought no balance, and none will come. */
const SILENT_REPLIES = 5

/**
 * How far a run may go until it sees the next balance: half of what may be spent. So it halves its way to the reserve,
 * and someone else who spends meanwhile is seen before the last credit goes.
 */
export class Trust {
  readonly #watched: Watch
  /** What may be spent before the next balance must be seen; counts once a first one has been seen. */
  #left: Credits = NO_CREDITS
  #reported: boolean
  /** The last balance came while nothing of ours was open, and nothing has been opened since. */
  #fresh = false
  /** Calls that may have cost something and brought no balance, before the first that did. */
  #silent = 0

  constructor(watched: Watch) {
    this.#watched = watched
    this.#reported = watched === 'endpoint'
  }

  get left(): Credits {
    return this.#left
  }

  /** No balance has been seen yet, where balances come only in replies: one call at a time, to learn what there is. */
  get unseen(): boolean {
    return this.#watched === 'replies' && !this.#reported && this.#silent < SILENT_REPLIES
  }

  /**
   * What may be open before a new balance is seen. One call alone is allowed right after a balance that came while
   * nothing was open, and always where only a call can bring a new one.
   */
  until(each: Credits, open: Credits): Credits {
    if (this.#watched === 'nowhere' || !this.#reported) return MOST_CREDITS
    const alone = open === 0 && (this.#fresh || this.#watched === 'replies') ? each : NO_CREDITS
    return most(minus(this.#left, open), alone)
  }

  /** `spendable` and `open`, as they are now. */
  begin(spendable: Credits | null, open: Credits): void {
    const half = spendable === null ? 0 : Math.ceil(plus(spendable, open) / 2)
    this.#left = most(half as Credits, NO_CREDITS)
  }

  /** A balance has been seen. */
  renew(spendable: Credits | null, open: Credits): void {
    this.#reported = true
    this.begin(spendable, open)
  }

  /** A balance came; `home`: nothing of ours was open then. */
  heard(home: boolean): void {
    this.#fresh = home
  }

  opened(): void {
    this.#fresh = false
  }

  spent(cost: Credits): void {
    this.#left = minus(this.#left, cost)
  }

  /** A reply that cost something brought no balance. */
  silentReply(): void {
    this.#silent += 1
  }

  /** No reply came. */
  lost(): void {
    if (!this.#reported) this.#silent += 1
  }
}
