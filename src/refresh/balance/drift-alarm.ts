import type { Ledger } from '../../domain/books/ledger.ts'
import { CREDIT, type Credits, most, times, toDecimal } from '../../domain/credits/credits.ts'
import type { Log } from '../ports/log.ts'

/** Drift is reported above 1/SHARE of what the run has spent … */
const SHARE = 100
/**
 * … and above the cost of this many records, at least one credit: a vendor that reports whole credits, or books a few
 * records late, is off by about that. Calls in flight are not drift (see the ledger), so they need no allowance here.
 */
const RECORDS = 10

/** Warns, once per process, when the vendor's balances and our books disagree. */
export class DriftAlarm {
  readonly #floor: Credits
  readonly #log: Log
  #warned = false

  /** `minCallCost`: the most that a call for one record costs. */
  constructor(minCallCost: Credits, log: Log) {
    this.#floor = most(times(minCallCost, RECORDS), CREDIT)
    this.#log = log
  }

  look({ belief: { drift }, spent }: Pick<Ledger, 'belief' | 'spent'>): void {
    if (this.#warned || Math.abs(drift) <= most(this.#floor, (spent / SHARE) as Credits)) return
    this.#warned = true
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
