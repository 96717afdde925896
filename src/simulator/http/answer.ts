import type { SpoiltBody } from '../faults/faults.ts'

/** A request for one record, or for many in bulk. `references`: the client's own names for them, which are echoed. */
export type Lookup = {
  keys: readonly string[]
  references?: readonly unknown[] | undefined
  bulk: boolean
  /** What one record of it is charged, where the request decides that. */
  credits?: number | undefined
  prices?: readonly number[] | undefined
  /** When a job was asked for: what was charged after that makes no free repeat of it. */
  askedAt?: number | undefined
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
  /** Of single records, where they are older. */
  versions?: readonly (number | undefined)[] | undefined
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

type JobAsked = Pick<Lookup, 'keys' | 'references'>

/** Jobs that were taken, by id. Nothing is ever forgotten. */
export class JobBook {
  readonly #jobs = new Map<string, Job & JobAsked>()
  #taken = 0

  add({ keys, references }: JobAsked, idOf = (_: readonly string[], count: number) => `job-${count}`): string {
    this.#taken++
    const id = idOf(keys, this.#taken)
    this.#jobs.set(id, { state: 'running', keys, references })
    return id
  }

  end(id: string, job: Job): void {
    const { keys, references } = this.#jobs.get(id) as JobAsked
    this.#jobs.set(id, { ...job, keys, references })
  }

  find(id: string): (Job & JobAsked) | undefined {
    return this.#jobs.get(id)
  }
}
