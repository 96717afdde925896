import type { SpoiltBody } from './faults.ts'

/** A request for one record, or for many in bulk. `references`: the client's own names for them, which are echoed. */
export type Lookup = {
  keys: readonly string[]
  references?: readonly unknown[] | undefined
  bulk: boolean
  /** What one record of it is charged, where the request decides that. */
  credits?: number | undefined
  /** Records that are not charged again; see dialects/dialect.ts. */
  free?: 'unchanged' | 'charged before' | undefined
  /** What is known of single records before anything is looked up. */
  fixed?: readonly (number | undefined)[] | undefined
  /** The reply names a job, whose results are asked for later. */
  job?: boolean
  idempotencyKey: string | undefined
}

/** What the vendor answers; not as bytes, so that a million kept answers stay small. */
export type Answer = {
  keys: readonly string[]
  references: readonly unknown[] | undefined
  /** One for each key: 200 found · 404 not found · 400, 422 or 451 refused · 402 too few credits. */
  statuses: readonly number[]
  bulk: boolean
  /** Of the vendor's data. */
  version: number
  chargedMicro: number
  /** Whether each record was charged, where the vendor tells. */
  billed?: readonly boolean[] | undefined
  body: 'good' | SpoiltBody
  /** The id of the job that will have the results. */
  job?: string
}

export type Job =
  | { state: 'running' }
  | { state: 'done'; answer: Answer }
  /** `answer`: what was charged for it all the same. */
  | { state: 'failed'; why: string; answer: Answer | undefined }
