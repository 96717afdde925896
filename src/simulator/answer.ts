import type { SpoiltBody } from './faults.ts'

/** A request for one record, or for many in bulk. `references`: the client's own names for them, which are echoed. */
export type Lookup = {
  keys: readonly string[]
  references?: readonly (string | undefined)[] | undefined
  bulk: boolean
  /** The reply names a job, whose results are asked for later. */
  job?: boolean
  idempotencyKey: string | undefined
}

/** What the vendor answers; not as bytes, so that a million kept answers stay small. */
export type Answer = {
  keys: readonly string[]
  references: readonly (string | undefined)[] | undefined
  /** One for each key: 200 found · 404 not found · 400, 422 or 451 refused · 402 too few credits. */
  statuses: readonly number[]
  bulk: boolean
  /** Of the vendor's data. */
  version: number
  chargedMicro: number
  body: 'good' | SpoiltBody
  /** The id of the job that will have the results. */
  job?: string
}

export type Job =
  | { state: 'running' }
  | { state: 'done'; answer: Answer }
  /** `answer`: what was charged for it all the same. */
  | { state: 'failed'; why: string; answer: Answer | undefined }
