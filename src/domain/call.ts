import type { Credits } from './credits.ts'

/**
 * The life of a call, as the database knows it:
 *
 *     open ──► settled    a reply came, or a person or the balance decided; `cost` is what it cost
 *     open ──► released   it was never sent; it cost nothing
 *     open ──► unknown    it was sent, or may have been, and no reply will come; it holds its reservation
 *     open ──► submitted  the vendor works on it, and has named its job: what came of it is asked for until it is there
 *     submitted ──► settled, unknown
 *     unknown ──► settled reconciled
 *
 * `settled` and `released` are final.
 */
export type CallState = 'open' | 'submitted' | 'settled' | 'released' | 'unknown'

/**
 * The id of a call, and its idempotency key: its own for good. A database that was set back opens another call with the
 * same number, hence the nonce.
 */
export function callId(runId: string, { n, nonce }: { readonly n: number; readonly nonce: string }): string {
  return `${runId}-${n}-${nonce}`
}

/** A call that has been opened: its reservation is committed, so that it may be sent. */
export interface OpenCall {
  /** Its number within the run, from 1. */
  readonly n: number
  readonly reservation: Credits
}
