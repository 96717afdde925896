import { type Credits, minus, NO_CREDITS, plus } from './credits.ts'

/** What our calls have cost since the instant as of which a balance was told. */
export interface Since {
  /** Charged after it, and so not in the balance. */
  readonly after: Credits
  /** Charged about then: nobody can know whether the balance holds it. */
  readonly unsure: Credits
}

/** How far the vendor's clock and ours may be apart, ms. */
export const CLOCKS_APART_MS = 10_000

const TOGETHER_MS = 1_000

/**
 * What our calls have cost and when, to the second, for balances that lag behind. Nobody knows when a call was charged,
 * only that it was after it was opened and before its reply. Instants are epoch milliseconds of our clock.
 */
export class Charges {
  readonly #opened = new Map<number, Credits>()
  readonly #ended = new Map<number, Credits>()

  add(openedAt: number, endedAt: number, cost: Credits): void {
    if (cost === 0) return
    addTo(this.#opened, openedAt, cost)
    addTo(this.#ended, Math.max(openedAt, endedAt), cost)
  }

  /** `asOf`: an instant of the vendor's clock. Forgets what no later balance will ask for. */
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

/** The sum of what lies after the instant; the rest is forgotten. */
function takeFrom(charges: Map<number, Credits>, after: number): Credits {
  let sum = NO_CREDITS
  for (const [second, cost] of charges) {
    if (second > after) sum = plus(sum, cost)
    else charges.delete(second)
  }
  return sum
}
