import type { DecidedCall, UnknownCall } from '../domain/call/unknown-call.ts'
import type { CostTerms } from '../domain/credits/cost.ts'
import type { Credits } from '../domain/credits/credits.ts'
import type { Deadline } from '../domain/cycle/deadline.ts'
import type { CostGroup, ReasonCount } from '../domain/run/groups.ts'
import type { Run, RunSummary } from '../domain/run/run.ts'
import type { RunSnapshot } from '../domain/run/run-snapshot.ts'

/** All that a report is made of, as the database has it. */
export interface Figures {
  /** Epoch milliseconds. */
  readonly madeAt: number
  readonly run: Run
  /** As `status` has it. */
  readonly summary: RunSummary
  /** True once the run's items, calls and snapshots were deleted. */
  readonly pruned: boolean
  readonly deadline: Deadline
  readonly timeZone: string
  /** Spread over the time until it had to stop. */
  readonly steady: boolean
  /** What the vendor charges for; null: nobody knows any more. */
  readonly per: CostTerms['per'] | null
  readonly costs: readonly CostGroup[]
  readonly reasons: readonly ReasonCount[]
  readonly snapshots: readonly RunSnapshot[]
  readonly unsettled: UnsettledCalls
  readonly decisions: readonly DecidedCost[]
  readonly changed: readonly ChangedExample[]
}

export interface UnsettledCalls {
  readonly calls: number
  readonly holds: Credits
  readonly first: readonly {
    readonly n: number
    readonly state: UnknownCall['state']
    /** Epoch milliseconds. */
    readonly sentAt: number
    readonly holds: Credits
    readonly reason: string | null
    readonly records: number
    readonly examples: readonly string[]
  }[]
}

export interface DecidedCost {
  readonly n: number
  readonly verdict: DecidedCall['as']
  readonly held: Credits
  readonly cost: Credits
  readonly by: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** A value before and after, as text; kept only where the config asks for it. */
export interface ChangedExample {
  readonly key: string
  readonly column: string
  readonly before: string | null
  readonly after: string | null
}
