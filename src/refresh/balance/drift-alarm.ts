import { CREDIT, type Credits, most, times, toDecimal } from '../../domain/credits.ts'
import type { Ledger } from '../../domain/ledger.ts'
import type { Log } from '../ports/log.ts'

/** Drift is worth a warning above one part in so many of what the run has spent. */
const SHARE = 100
/**
 * And above what so many records can cost, and one credit: a vendor that reports whole credits, or books a few records a
 * moment late or back, is off by about that. Calls in flight need no part in it: they are no drift (see the ledger).
 */
const RECORDS = 10

/** Warns, once a process, when the vendor's balances and our books have come apart. */
export class DriftAlarm {
  readonly #floor: Credits
  readonly #log: Log
  #told = false

  /** `minCallCost`: the most that a call for one record costs. */
  constructor(minCallCost: Credits, log: Log) {
    this.#floor = most(times(minCallCost, RECORDS), CREDIT)
    this.#log = log
  }

  look({ drift, spent }: Pick<Ledger, 'drift' | 'spent'>): void {
    if (this.#told || Math.abs(drift) <= most(this.#floor, (spent / SHARE) as Credits)) return
    this.#told = true
    this.#log.warn(
      { drift: toDecimal(drift), spent: toDecimal(spent), causes: drift > 0 ? MORE_GONE : LESS_GONE },
      "the vendor's balance and the books have drifted apart",
    )
  }
}

const MORE_GONE =
  "someone else spends from the account, or calls cost more than vendor.credits says (compare with the vendor's bill)"
const LESS_GONE =
  'calls cost less than vendor.credits says (a minimum, misses, free repeats), or credits were added meanwhile'
