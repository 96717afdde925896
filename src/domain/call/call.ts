/**
 * The states of a call in the database:
 *
 *     open ──► settled    answered, or decided by a person or the balance; `cost` is what it cost
 *     open ──► released   it was never sent; it cost nothing
 *     open ──► unknown    it was, or may have been, sent, and no reply will come; it holds its reservation
 *     open ──► submitted  the vendor works on it as a job, which is polled for its results
 *     submitted ──► settled, unknown
 *     unknown ──► settled reconciled
 *
 * `settled` and `released` are final.
 */
export type CallState = 'open' | 'submitted' | 'settled' | 'released' | 'unknown'

/**
 * The id of a call, which is also its idempotency key. The nonce makes it unique: a database that was restored from a
 * backup may open another call with the same number.
 */
export function callId(runId: string, { n, nonce }: { readonly n: number; readonly nonce: string }): string {
  return `${runId}-${n}-${nonce}`
}
