/**
 * What a reply means, by what to do next.
 *
 * - fresh: write the data, settle
 * - not-found: settle, remember, cool down
 * - throttled: too fast. Costs no attempt; everyone waits as told
 * - try-again: transient. A new attempt later, at the back
 * - give-up: this record will not work (bad input, legal block, a reply that cannot be read)
 * - credits-exhausted: the account is empty. The run ends
 * - credentials-refused: the run stops at once
 * - unknown: it was sent, and nobody can know what came of it
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

/** What the config's `outcome` may answer: `unknown` is not the vendor's to say. */
export const VENDOR_OUTCOMES = OUTCOMES.filter((kind) => kind !== 'unknown')

export interface Outcome {
  readonly kind: OutcomeKind
  /** Why, in words, for logs and for the item's reason. */
  readonly reason: string
  /** How long the vendor asks everyone to wait; only where it said so. */
  readonly retryAfterMs?: number
}

/**
 * The default table: what a status means where the vendor's own rules say nothing.
 * A 503 is a throttle only where it names a Retry-After.
 */
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
