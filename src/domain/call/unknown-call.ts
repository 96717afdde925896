import type { RunStatus } from '../run/run.ts'

/** A call whose outcome is unknown, or that an unfinished run has open. Instants are ISO 8601. */
export interface UnknownCall {
  /** Its run's id, a slash, and its number: what `--settle` takes. */
  readonly id: string
  readonly runId: string
  readonly job: string
  readonly runStatus: RunStatus
  /** `open`: sent, or not; `submitted`: the vendor works on it as a job. Both go on when their run is resumed. */
  readonly state: 'unknown' | 'open' | 'submitted'
  /** When it was sent, if that is known; otherwise when it was opened. */
  readonly sentAt: string
  /** Keys of its records. */
  readonly records: readonly string[]
  /** Credits: the most that it can have cost. */
  readonly holds: number
  readonly status: number | null
  readonly reason: string | null
  readonly vendorJob: string | null
  /** Null: the vendor takes none. */
  readonly idempotencyKey: string | null
  /** How it is settled unless by hand (see docs/unknown-calls.md). `from`: the earliest instant. */
  readonly settles: {
    readonly by: 'run' | 'resume' | 'reset'
    readonly from: string | null
    readonly resetAt: string
  }
  /** Whether it can be settled by hand. */
  readonly decidable: boolean
}

/** A person's decision on an unknown call. Credits are decimals. */
export interface DecidedCall {
  readonly id: string
  readonly as: 'charged' | 'free'
  /** What it held, and the cost that was booked. */
  readonly held: number
  readonly cost: number
  readonly by: string
  readonly at: string
}

export interface UnknownCalls {
  readonly vendor: string
  /** The process that is spending from the account, in words: its calls in flight are not listed. Null: none. */
  readonly busy: string | null
  /** The sum that the calls hold. */
  readonly holds: number
  readonly calls: readonly UnknownCall[]
  /** What was decided by hand, the latest first, 100 at most. */
  readonly decisions: readonly DecidedCall[]
}

/** How the call is settled unless by hand; instants are ISO 8601, commands are in backticks. */
export function settlingWords({ state, runId, settles }: UnknownCall): string {
  const { by, from, resetAt } = settles
  if (by === 'reset') return `no balance can tell: from the reset on (${resetAt}) the next run counts it as charged`
  const late = `; from the reset on (${resetAt}) it counts as charged`
  const since = from === null ? '' : `, from ${from} on`
  if (by === 'run') return `a run settles it from the balance when it needs the credit${since}${late}`
  const what = { submitted: 'asks after it', open: 'sends it again, or settles it', unknown: 'settles it' }[state]
  return `\`spenddown resume ${runId}\` ${what}${late}`
}
