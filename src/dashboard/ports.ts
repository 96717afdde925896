import type { Item, ItemState } from '../domain/call/item.ts'
import type { DecidedCall, UnknownCalls } from '../domain/call/unknown-call.ts'
import type { Health } from '../domain/judgement/health.ts'
import type { Judgement } from '../domain/judgement/judgement.ts'
import type { ShownChanges } from '../domain/run/changes.ts'
import type { ControlAction, ControlledRun } from '../domain/run/control-action.ts'
import type { RunSummary } from '../domain/run/run.ts'
import type { RunSnapshot } from '../domain/run/run-snapshot.ts'
import type { Value } from '../report/value.ts'
import type { Decision } from '../schedule/decide.ts'
import type { AccountForecast } from '../schedule/plan.ts'

/** The source of the pages. Instants are epoch milliseconds, credits decimals. Nothing here sends a vendor a request. */
export interface DashboardData {
  account(): Promise<AccountView>
  /** The part of the account that changes from second to second. */
  glance(): Promise<Glance>
  /** Newest first; `before`: only those with a lower number. */
  runs(before: number | null, limit: number): Promise<RunsView>
  run(id: string): Promise<RunView | null>
  /** The run's snapshots, oldest first; null: there is no such run. */
  course(id: string): Promise<readonly RunSnapshot[] | null>
  items(id: string, search: ItemQuery, limit: number): Promise<ItemsView | null>
  /** The run's report; null: there is no such run. */
  report(id: string): Promise<{ readonly name: string; readonly html: string } | null>
  unknown(): Promise<UnknownCalls>
  /** Throws InputError where the run has ended. */
  controlRun(what: ControlAction, runId: string, by: string): Promise<ControlledRun>
  /** All or none. Throws InputError where one is no unknown call, and LeaseHeldError while a run is running. */
  settle(callIds: readonly string[], as: DecidedCall['as'], by: string): Promise<readonly DecidedCall[]>
}

/** An account whose pages are shown. */
export interface Shown {
  readonly data: DashboardData
  readonly vendor: string
  /** The billing cycle's time zone (IANA). */
  readonly zone: string
  /** What the paths of its pages begin with: '' where it is the only one. */
  readonly base: string
  /** The same account as it is now; null: it is gone. */
  readonly again: () => Promise<Shown | null>
}

export interface Glance {
  readonly judgement: Judgement
  /** The run that is running, or can be resumed in this billing cycle. */
  readonly open: RunView | null
  /** When it changes, the rest of the account's page has changed. */
  readonly sign: string
}

export interface AccountView extends Glance {
  readonly at: number
  /** When `schedule` or `tick` was last there; null: never. */
  readonly schedulerSeenAt: number | null
  /** It comes as often as it said. */
  readonly schedulerIsAlive: boolean
  readonly cycle: { readonly startAt: number; readonly endAt: number }
  /** What is left for others by the run at work, or else by the job that is next. */
  readonly reserve: number
  /** As last known. */
  readonly balance: number | null
  /** When the vendor last reported the balance. */
  readonly reportedAt: number | null
  /** What unsettled calls hold, and what unknown ones hold of that. */
  readonly held: number
  readonly unknown: number
  readonly jobs: readonly JobView[]
  readonly latest: readonly RunSummary[]
  readonly forecast: ForecastView
  readonly month: MonthView
}

/** Where the credits of the billing cycle went; null: not known. */
export interface MonthView {
  /** What the vendor reported when runs began, oldest first. */
  readonly readings: readonly { readonly at: number; readonly balance: number }[]
  readonly runs: readonly { readonly fromAt: number; readonly toAt: number; readonly spent: number }[]
  readonly spentByUs: number | null
  readonly spentByOthers: number | null
  readonly bought: BoughtView | null
}

/** What the runs of this cycle, or else the latest one, have changed; null: nothing was compared. */
export interface BoughtView {
  readonly since: number
  readonly changes: ShownChanges
  readonly value: Value
}

export interface JobView {
  readonly job: string
  readonly reserve: number
  readonly reserveHow: string
  /** Null: it has no schedule. */
  readonly decision: Decision | null
  /** It is the next to run. */
  readonly chosen: boolean
}

/** Made beside the pages, and kept for a while: it counts the eligible records. */
export type ForecastView =
  | { readonly kind: 'made'; readonly forecast: AccountForecast }
  | { readonly kind: 'counting' }
  | { readonly kind: 'none'; readonly why: string }

export interface RunsView {
  readonly runs: readonly RunSummary[]
  /** The `before` of the next page; null: this is the last. */
  readonly next: number | null
}

export interface RunView {
  readonly summary: RunSummary
  /** The process that works on it; null: none. */
  readonly atWork: string | null
  readonly health: Health
  /** At its pace; null: not known, or nobody works on it. */
  readonly finishAt: number | null
  readonly stopAt: number
  readonly resetAt: number
  readonly table: string
  /** What it was asked for: parsed JSON. */
  readonly spec: unknown
  /** When its items were deleted. */
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
  /** The last item searched, where the search was cut short. */
  readonly lookedTo: number | null
  /** What is remembered of the record with the key searched for, whatever the run. */
  readonly memory: {
    readonly triedAt: number
    readonly outcome: string
    readonly paidAt: number | null
    readonly coolDownUntil: number | null
  } | null
}
