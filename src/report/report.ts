import type { RunSummary } from '../domain/run.ts'
import type { ShownSnapshot } from '../domain/run-snapshot.ts'
import type { DecidedCall } from '../domain/unknown-call.ts'
import type { Accounts } from './accounts.ts'
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
  /** The user's table. */
  readonly table: string
  /** The run's billing cycle: when it ends, and when the run stops at the latest. */
  readonly cycle: { readonly timeZone: string; readonly stopAt: string; readonly resetAt: string }
  readonly accounts: Accounts
  readonly reasons: readonly Reasons[]
  readonly course: ShownCourse
  readonly latencyMs: ShownSnapshot['latencyMs']
  readonly unknownCalls: ShownUnknown
  readonly decisions: readonly DecidedCall[]
  /** Values before and after; null where the config does not ask to keep them. */
  readonly examples: readonly ShownExample[] | null
  /** The run's items, calls and course are not kept any more: only its sums are known. */
  readonly pruned: boolean
}

/** How a run went, on any page that shows it. */
export type Course = Pick<Report, 'run' | 'course' | 'latencyMs'> & {
  readonly cycle: Pick<Report['cycle'], 'timeZone'>
}

export interface ShownCourse {
  /** 300 at most, evenly in time; latencies since the point before. */
  readonly points: readonly ShownSnapshot[]
  /** The straight line from nothing to the whole budget; null where nothing is known of the course. */
  readonly ideal: { readonly fromAt: string; readonly toAt: string; readonly budget: number } | null
  /** Times in which nobody worked on the run. */
  readonly idle: readonly { readonly fromAt: string; readonly toAt: string }[]
  readonly pace: {
    readonly changes: readonly ShownPaceChange[]
    /** Smaller changes that are not among them. */
    readonly leftOut: number
  }
  /** How records ended, in equal times; the last may be shorter. */
  readonly outcomes: {
    readonly everyMs: number
    readonly times: readonly { readonly at: string; readonly records: ShownSnapshot['records'] }[]
  }
}

export interface ShownPaceChange {
  readonly at: string
  /** Of the last of `times` changes for the same reason. */
  readonly lastAt: string
  readonly times: number
  readonly concurrency: number
  readonly perSecond: number | null
  readonly reason: string
}

export interface ShownUnknown {
  /** How many there are, and what they hold together; the first 50 of them. */
  readonly calls: number
  readonly holds: number
  readonly first: readonly {
    /** What `spenddown unknown --settle` takes. */
    readonly id: string
    readonly state: 'unknown' | 'open' | 'submitted'
    readonly sentAt: string
    readonly holds: number
    readonly reason: string | null
    readonly records: number
    readonly examples: readonly string[]
  }[]
}

export interface ShownExample {
  readonly key: string
  readonly column: string
  readonly before: string | null
  readonly after: string | null
}
