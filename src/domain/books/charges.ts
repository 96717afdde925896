import { type Credits, minus, NO_CREDITS, plus } from '../credits/credits.ts'

/** What our calls have cost since the instant for which a balance is valid. */
export interface Since {
  /** Charged after that instant, so not included in the balance. */
  readonly after: Credits
  /** Charged around that instant, so perhaps included. */
  readonly unsure: Credits
}

/** The greatest difference assumed between the vendor's clock and ours, ms. */
export const CLOCKS_APART_MS = 10_000

const TOGETHER_MS = 1_000

/**
 * The cost of our calls by time, to the second, for balances that lag behind. A call is charged at some unknown time
 * between its opening and its reply. Instants are epoch milliseconds of our clock.
 */
export class Charges {
  readonly #opened = new Map<number, Credits>()
  readonly #ended = new Map<number, Credits>()

  add(openedAt: number, endedAt: number, cost: Credits): void {
    if (cost === 0) return
    addTo(this.#opened, openedAt, cost)
    addTo(this.#ended, Math.max(openedAt, endedAt), cost)
  }

  /** `asOf`: an instant of the vendor's clock; it must not decrease, since earlier charges are forgotten. */
  since(asOf: number): Since {
    const possible = takeFrom(this.#ended, asOf - CLOCKS_APART_MS - TOGETHER_MS)
    const after = takeFrom(this.#opened, asOf + CLOCKS_APART_MS)
    return { after, unsure: minus(possible, after) }
  }
}

function addTo(charges: Map<number, Credits>, at: number, cost: Credits): void {
  const second = Math.floor(at / TOGETHER_MS) * TOGETHER_MS
  charges.set(second, plus(charges.get(second) ?? NO_CREDITS, cost))
}

/** The sum of charges after the instant; earlier ones are deleted. */
function takeFrom(charges: Map<number, Credits>, after: number): Credits {
  let sum = NO_CREDITS
  for (const [second, cost] of charges) {
    if (second > after) sum = plus(sum, cost)
    else charges.delete(second)
  }
  return sum
}
