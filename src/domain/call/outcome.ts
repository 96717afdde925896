/**
 * The outcomes of a call or a record, by what to do next.
 *
 * - fresh: write the data, settle
 * - not-found: settle, remember, cool down
 * - throttled: too fast. Does not count as an attempt; all calls wait as long as the vendor asks
 * - try-again: transient. A new attempt later, at the back
 * - give-up: this record will not work (bad input, legal block, a reply that cannot be read)
 * - credits-exhausted: the account is empty. The run ends
 * - credentials-refused: the run stops at once
 * - unknown: it was sent, and its outcome cannot be known
 */
export const OUTCOMES = [
  'fresh',
  'not-found',
  'throttled',
  'try-again',
  'give-up',
  'credits-exhausted',
  'credentials-refused',
  'unknown',
] as const

export type OutcomeKind = (typeof OUTCOMES)[number]

/** What the config's `outcome` may return: all but `unknown`. */
export const VENDOR_OUTCOMES = OUTCOMES.filter((kind) => kind !== 'unknown')

export interface Outcome {
  readonly kind: OutcomeKind
  /** Why, as a phrase for logs and for the item's reason. */
  readonly reason: string
  /** How long the vendor asks us to wait, if it does. */
  readonly retryAfterMs?: number
}

/** The outcome of a status without a rule of the vendor's. A 503 is throttled only with a Retry-After. */
export function outcomeOfStatus(status: number, retryAfterMs: number | null): OutcomeKind {
  if (status >= 200 && status < 300) return 'fresh'
  switch (status) {
    case 401:
    case 403:
      return 'credentials-refused'
    case 402:
      return 'credits-exhausted'
    case 404:
      return 'not-found'
    case 408:
    case 425:
      return 'try-again'
    case 429:
      return 'throttled'
    case 503:
      return retryAfterMs === null ? 'try-again' : 'throttled'
  }
  return status >= 500 ? 'try-again' : 'give-up'
}
