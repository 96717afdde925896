import type { Ledger } from '../../domain/books/ledger.ts'
import type { Log } from '../ports/log.ts'
import type { VendorRules } from '../ports/vendor.ts'

/** A run waits no longer than this for the balance that settles them. */
const LONGEST_WAIT_MS = 120_000

/**
 * Whether unknown calls of other runs must be settled before this run opens any: a balance shows only what all unknown
 * calls have cost together, so no two runs should have some at the same time. Jobs are not waited for, since they may
 * take hours.
 */
export class OthersFirst {
  #isDue: boolean

  constructor(
    rules: Pick<VendorRules, 'balance' | 'async' | 'timeoutMs'>,
    ledger: Pick<Ledger, 'unsettled' | 'unknown'>,
    log: Log,
  ) {
    const { balance, async, timeoutMs } = rules
    const isSoon = balance !== null && async === null && timeoutMs + balance.spacingMs <= LONGEST_WAIT_MS
    this.#isDue = isSoon && ledger.unsettled > ledger.unknown
    if (this.#isDue)
      log.info({}, 'calls of another run are unknown: the balance settles them before this run sends any')
  }

  get isDue(): boolean {
    return this.#isDue
  }

  /** They are settled, or no balance can do it now. */
  done(): void {
    this.#isDue = false
  }
}
