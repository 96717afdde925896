import type { RunStatus } from '../run/run.ts'

/** A call that was sent and of which nobody knows what came of it, or one that a run stands open with. Instants are ISO 8601. */
export interface UnknownCall {
  /** Its run's id, a slash, and its number: what `--settle` takes. */
  readonly id: string
  readonly runId: string
  readonly job: string
  readonly runStatus: RunStatus
  /** `open`: sent, or not; `submitted`: the vendor works on it as a job. Both go on when their run is resumed. */
  readonly state: 'unknown' | 'open' | 'submitted'
  /** When it left, as far as that is known; else when it was opened. */
  readonly sentAt: string
  /** Keys of the records that it asks for. */
  readonly records: readonly string[]
  /** Credits: the most that it can have cost. */
  readonly holds: number
  readonly status: number | null
  readonly reason: string | null
  readonly vendorJob: string | null
  /** By what the vendor knows it; null where it takes none. */
  readonly idempotencyKey: string | null
  /** Who settles it if nobody does by hand: see docs/unknown-calls.md. `from`: not before. */
  readonly settles: {
    readonly by: 'run' | 'resume' | 'reset'
    readonly from: string | null
    readonly resetAt: string
  }
  /** Whether it can be settled by hand. */
  readonly decidable: boolean
}

/** What a person has decided of an unknown call. Credits are decimals. */
export interface DecidedCall {
  readonly id: string
  readonly as: 'charged' | 'free'
  /** What it held, and what it is taken to have cost. */
  readonly held: number
  readonly cost: number
  readonly by: string
  readonly at: string
}

export interface UnknownCalls {
  readonly vendor: string
  /** Who spends from the account just now, in words; calls that are in flight are not listed then. Null: nobody. */
  readonly busy: string | null
  /** What the calls hold together. */
  readonly holds: number
  readonly calls: readonly UnknownCall[]
  /** What was decided by hand, the latest first, 100 at most. */
  readonly decisions: readonly DecidedCall[]
}

/** Who settles the call if nobody does by hand; instants are ISO 8601, commands stand in backticks. */
export function settlingWords({ state, runId, settles }: UnknownCall): string {
  const { by, from, resetAt } = settles
  if (by === 'reset') return `no balance can tell: from the reset on (${resetAt}) the next run counts it as charged`
  const late = `; from the reset on (${resetAt}) it counts as charged`
  const since = from === null ? '' : `, from ${from} on`
  if (by === 'run') return `a run settles it from the balance when it needs the credit${since}${late}`
  const what = { submitted: 'asks after it', open: 'sends it again, or settles it', unknown: 'settles it' }[state]
  return `\`spenddown resume ${runId}\` ${what}${late}`
}
