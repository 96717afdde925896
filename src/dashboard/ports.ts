import type { Item, ItemState } from '../domain/call/item.ts'
import type { DecidedCall, UnknownCalls } from '../domain/call/unknown-call.ts'
import type { ControlAction, ControlledRun } from '../domain/run/control-action.ts'
import type { RunSummary } from '../domain/run/run.ts'
import type { RunSnapshot } from '../domain/run/run-snapshot.ts'
import type { Decision } from '../schedule/decide.ts'
import type { AccountForecast } from '../schedule/plan.ts'

/** What the pages are made from. Instants are epoch milliseconds, credits decimals. No view costs a vendor's request. */
export interface DashboardData {
  account(): Promise<AccountView>
  /** What of the account changes from second to second. */
  glance(): Promise<Glance>
  /** Newest first; `before`: those with a lower number alone. */
  runs(before: number | null, limit: number): Promise<RunsView>
  run(id: string): Promise<RunView | null>
  /** How it stood now and then, in its order; null: there is no such run. */
  course(id: string): Promise<readonly RunSnapshot[] | null>
  items(id: string, search: ItemQuery, limit: number): Promise<ItemsView | null>
  /** Its report, a page of its own; null: there is no such run. */
  report(id: string): Promise<{ readonly name: string; readonly html: string } | null>
  unknown(): Promise<UnknownCalls>
  /** Throws InputError where the run has ended. */
  controlRun(what: ControlAction, runId: string, by: string): Promise<ControlledRun>
  /** Throws InputError where it is no unknown call, and LeaseHeldError while a run is at work. */
  settle(callId: string, as: DecidedCall['as'], by: string): Promise<readonly DecidedCall[]>
}

export interface Glance {
  /** The run that is at work, or waits to be resumed in this billing cycle. */
  readonly open: RunView | null
  /** When it changes, the rest of the account's page has changed. */
  readonly sign: string
}

export interface AccountView extends Glance {
  readonly at: number
  readonly cycle: { readonly startAt: number; readonly endAt: number }
  /** As last known; null: nobody knows. `reportedAt`: when the vendor said so last. */
  readonly balance: number | null
  readonly reportedAt: number | null
  /** What calls hold that are not settled; `unknown`: those of which nobody knows what came. */
  readonly held: number
  readonly unknown: number
  readonly jobs: readonly JobView[]
  readonly latest: readonly RunSummary[]
  readonly forecast: ForecastView
}

/** A job, with what the schedule would do about it now; `decision` null: it has no schedule. */
export interface JobView {
  readonly job: string
  readonly reserve: number
  readonly reserveHow: string
  readonly decision: Decision | null
  /** It is the one that comes next. */
  readonly chosen: boolean
}

/** Eligible records are counted for it, so that it is made now and then, and beside the pages. */
export type ForecastView =
  | { readonly kind: 'made'; readonly forecast: AccountForecast }
  | { readonly kind: 'counting' }
  | { readonly kind: 'none'; readonly why: string }

export interface RunsView {
  readonly runs: readonly RunSummary[]
  /** Null: there are no older ones. */
  readonly next: number | null
}

export interface RunView {
  readonly summary: RunSummary
  /** Who works on it just now; null: nobody does. */
  readonly atWork: string | null
  readonly stopAt: number
  readonly resetAt: number
  readonly table: string
  /** What it was asked for, as it was frozen (JSON). */
  readonly spec: unknown
  /** When its items were deleted; null: they are there. */
  readonly prunedAt: number | null
}

export interface ItemQuery {
  readonly after: number
  readonly key: string | null
  readonly prefix: boolean
  readonly state: ItemState | null
}

export interface ItemsView {
  readonly run: RunView
  readonly items: readonly Item[]
  readonly next: number | null
  /** Up to which item was looked, where the search was cut short; null: it is whole. */
  readonly lookedTo: number | null
  /** What is remembered of the record whose key was asked for, whatever the run; null: nothing, or no key was. */
  readonly memory: RecordMemory | null
}

export interface RecordMemory {
  readonly triedAt: number
  readonly outcome: string
  readonly paidAt: number | null
  readonly coolDownUntil: number | null
}
