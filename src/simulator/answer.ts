import type { SpoiltBody } from './faults.ts'

/** A request for one record, or for many in bulk. */
export type Lookup = { keys: readonly string[]; bulk: boolean; idempotencyKey: string | undefined }

/** What the vendor answers, kept as what it says and not as bytes, so that a million kept answers stay small. */
export type Answer = {
  keys: readonly string[]
  /** One for each key: 200 found · 404 not found · 400 or 422 refused · 402 too few credits. */
  statuses: readonly number[]
  bulk: boolean
  /** Of the vendor's data. */
  version: number
  chargedMicro: number
  body: 'good' | SpoiltBody
}
