import type { Exchange, VendorRequest } from '../ports/vendor.ts'
import type { RunProbe } from './events.ts'

/** A probe of our own, which sees the requests as well. */
export interface CallProbe extends RunProbe {
  /** A request about a call has returned; `key`: the idempotency key it was sent with, if any. */
  exchanged?(request: VendorRequest, key: string | null, exchange: Exchange): void
}
