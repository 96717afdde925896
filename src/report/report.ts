import type { DecidedCall } from '../domain/call/unknown-call.ts'
import type { RunSummary } from '../domain/run/run.ts'
import type { ShownSnapshot } from '../domain/run/run-snapshot.ts'
import type { Accounts } from './accounts.ts'
import type { unknownOf } from './calls.ts'
import type { ShownCourse } from './course.ts'
import type { ChangedExample } from './figures.ts'
import type { Reasons } from './reasons.ts'

/** The JSON of `report`. Credits are decimals, instants ISO 8601, durations and latencies ms. */
export interface Report {
  /** Another number only where a field is gone, or says something else; new ones may come at any time. */
  readonly version: 1
  readonly madeAt: string
  /** What the run has come to, in one sentence. */
  readonly sentence: string
  /** The same document as of `status --json`. */
  readonly run: RunSummary
  readonly table: string
  /** The run's billing cycle: when it ends, and when the run stops at the latest. */
  readonly cycle: { readonly timeZone: string; readonly stopAt: string; readonly resetAt: string }
  readonly accounts: Accounts
  readonly reasons: readonly Reasons[]
  readonly course: ShownCourse
  readonly latencyMs: ShownSnapshot['latencyMs']
  readonly unknownCalls: ReturnType<typeof unknownOf>
  readonly decisions: readonly DecidedCall[]
  /** Values before and after; null where the config does not ask to keep them. */
  readonly examples: readonly ChangedExample[] | null
  /** The run's items, calls and course are not kept any more: only its sums are known. */
  readonly pruned: boolean
}

/** How a run went, on any page that shows it. */
export type Course = Pick<Report, 'run' | 'course' | 'latencyMs'> & {
  readonly cycle: Pick<Report['cycle'], 'timeZone'>
}
