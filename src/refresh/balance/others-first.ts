import type { Ledger } from '../../domain/books/ledger.ts'
import type { Log } from '../ports/log.ts'
import type { VendorRules } from '../ports/vendor.ts'

/**
 * Whether unknown calls of other runs must be settled before this run opens any: a balance shows only what all unknown
 * calls have cost together, so no two runs should have some at the same time. Jobs are not waited for, since they may
 * take hours.
 */
export class OthersFirst {
  #isDue: boolean

  constructor(rules: Pick<VendorRules, 'balance' | 'async'>, ledger: Pick<Ledger, 'unsettled' | 'unknown'>, log: Log) {
    this.#isDue = rules.balance !== null && rules.async === null && ledger.unsettled > ledger.unknown
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
