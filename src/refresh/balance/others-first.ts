import type { Ledger } from '../../domain/books/ledger.ts'
import type { Log } from '../ports/log.ts'
import type { VendorRules } from '../ports/vendor.ts'

/** A run waits no longer than this for the balance that settles them. */
const LONGEST_WAIT_MS = 120_000

/**
 * Whether unknown calls of other runs must be settled before this run opens any, or, where balances come only in replies,
 * more than one at a time: a balance shows only what all unknown calls have cost together, so no two runs should have some
 * at the same time. Jobs are not waited for, since they may take hours.
 */
export class OthersFirst {
  #isDue: boolean

  constructor(
    rules: Pick<VendorRules, 'balance' | 'remaining' | 'async' | 'timeoutMs'>,
    ledger: Pick<Ledger, 'unsettled' | 'unknown'>,
    log: Log,
  ) {
    const { balance, remaining, async, timeoutMs } = rules
    const isTold = (balance !== null || remaining !== null) && async === null
    const isSoon = isTold && timeoutMs + (balance?.spacingMs ?? 0) <= LONGEST_WAIT_MS
    this.#isDue = isSoon && ledger.unsettled > ledger.unknown
    if (this.#isDue) log.info({}, 'calls of another run are unknown: a balance settles them first')
  }

  get isDue(): boolean {
    return this.#isDue
  }

  /** They are settled, or no balance can do it now. */
  done(): void {
    this.#isDue = false
  }
}
