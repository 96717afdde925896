import type { ItemCounts } from '../call/item.ts'
import { type Credits, toDecimal } from '../credits/credits.ts'
import type { Expected } from '../gain/expected.ts'
import { iso } from '../time/iso.ts'
import { type Changes, type ShownChanges, shownChanges } from './changes.ts'
import { type AllowedPace, allowedPace, type KeptPace } from './kept-pace.ts'

/**
 * running ──► completed   the run did what it could
 * running ──► stopped     early; `resume` continues it (stopped ──► running)
 * running ──► failed      it has ended, and a person has to act
 */
export type RunStatus = 'running' | 'completed' | 'stopped' | 'failed'

/** Why a run ended or stopped: the status that it has then, and the reason in words. */
export const STOP_REASONS = {
  'all-refreshed': { status: 'completed', words: 'no eligible record is left' },
  'limit-reached': { status: 'completed', words: 'its limit of records is reached' },
  'budget-spent': { status: 'completed', words: 'the budget is spent' },
  'credits-exhausted': { status: 'completed', words: 'no credits are left' },
  deadline: { status: 'stopped', words: 'the deadline was reached' },
  'vendor-unhealthy': { status: 'stopped', words: 'the vendor is unhealthy' },
  interrupted: { status: 'stopped', words: 'it was interrupted' },
  error: { status: 'failed', words: 'it needs a person' },
} as const

export type StopReason = keyof typeof STOP_REASONS

export interface Ending {
  readonly status: Exclude<RunStatus, 'running'>
  readonly stopReason: StopReason
  /** A sentence that explains the reason, if needed. */
  readonly detail: string | null
  /** Its config does not fit the vendor: the records that it missed, or that failed in it, need not cool down. */
  readonly isMisfit?: true
  /** When the vendor says that credits come back, epoch ms; missing: it does not say it. */
  readonly backAt?: number
}

/** Why a run ended or stopped. A run that stopped on an error can be resumed, so nobody has to act first. */
export function whyInWords(status: RunStatus, stopReason: StopReason): string {
  return status === 'stopped' && stopReason === 'error' ? 'it could not continue' : STOP_REASONS[stopReason].words
}

export function ending(stopReason: StopReason, detail: string | null = null): Ending {
  return { status: STOP_REASONS[stopReason].status, stopReason, detail }
}

export interface CallCounts {
  readonly sent: number
  readonly throttled: number
  readonly failed: number
  readonly unknown: number
}

/** A control request on a run, in force until it is withdrawn; `at` is epoch milliseconds. */
export interface ControlRequest {
  /** 'pause': no new calls, but the run keeps the lease. 'stop': the run ends early, and is resumed only by a person. */
  readonly what: 'pause' | 'stop'
  /** "ann@host". */
  readonly by: string
  readonly at: number
}

/** A run as the database holds it. Instants are epoch milliseconds. */
export interface Run {
  readonly no: number
  readonly id: string
  readonly job: string
  readonly vendor: string
  /** The name of the user's table when the run began. */
  readonly source: string
  readonly status: RunStatus
  readonly stopReason: StopReason | null
  readonly detail: string | null
  readonly specHash: string
  readonly spec: string
  readonly budget: Credits
  readonly reserve: Credits
  readonly spent: Credits
  /** Reservations of calls opened and not settled; `unknown` is the part that unknown calls hold. */
  readonly held: Credits
  readonly unknown: Credits
  /** The account's expected balance; null if the vendor reports none. */
  readonly balance: Credits | null
  /** The last pace; null: none yet. */
  readonly pace: KeptPace | null
  readonly selected: number
  /** Duplicates in addition to `selected`, which share the request of another record; and what that has saved. */
  readonly duplicates: number
  readonly saved: Credits
  /** Difference between balances and books; above zero: more is gone than the books explain (see drift.ts). */
  readonly drift: Credits
  /** What its fresh data has changed; null: not compared. */
  readonly changes: Changes | null
  /** What its order by gain expected of all that it selected; null: it had another order, be it at first. */
  readonly expected: Expected | null
  /** The control request in force; null: none. */
  readonly controlRequest: ControlRequest | null
  /** What a person should look at. */
  readonly warnings: readonly string[]
  readonly coolingDown: number
  readonly selectedAll: boolean
  readonly items: ItemCounts
  readonly calls: CallCounts
  readonly cursor: number
  readonly lastCall: number
  readonly checkpoint: number
  readonly canaryDone: boolean
  readonly createdAt: number
  readonly endedAt: number | null
  /** When its process was found dead, by when its calls had been sent; null: it ended properly, or is running. */
  readonly abandonedAt: number | null
  readonly activeMs: number
}

/** True if the run has ended and cannot be resumed. */
export function hasEnded({ status }: { readonly status: string }): boolean {
  return status === 'completed' || status === 'failed'
}

/** The JSON of `run`, `resume` and `status` (DESIGN 3.2). Credits are decimals, instants ISO 8601. */
export interface RunSummary {
  readonly runId: string
  readonly job: string
  readonly vendor: string
  readonly status: RunStatus
  readonly stopReason: StopReason | null
  readonly detail: string | null
  /** `shared`: selected records that got the result of another record's call. */
  readonly records: ItemCounts & { selected: number; shared: number; remaining: number; coolingDown: number }
  /** `saved`: what the shared records would have cost. `drift`: see Run. */
  readonly credits: {
    budget: number
    spent: number
    unknown: number
    reserve: number
    balance: number | null
    saved: number
    drift: number
  }
  readonly calls: CallCounts
  /** In how many of the refreshed records a value changed, by column and by age; null: not compared. */
  readonly changes: ShownChanges | null
  /** The pace now allowed, and why; null if the run is not running. */
  readonly pace: AllowedPace | null
  /** The request made with `pause` or `stop`, unless withdrawn; null: none, or the run has ended. */
  readonly controlRequest: { readonly what: ControlRequest['what']; readonly by: string; readonly at: string } | null
  /** What a person should look at: a path of `update` that finds nothing, for one. */
  readonly warnings: readonly string[]
  readonly startedAt: string
  readonly endedAt: string | null
  readonly elapsedMs: number
}

export function ended(items: ItemCounts): number {
  return items.refreshed + items.notFound + items.failed + items.unknown + items.superseded
}

/** Records that were tried at a known cost: what those of unknown calls have cost need not be in `spent`. */
export function tried({ refreshed, notFound, failed, superseded }: ItemCounts): number {
  return refreshed + notFound + failed + superseded
}

/** Null if the text is null or cannot be read. */
export function readControlRequest(text: string | null): ControlRequest | null {
  if (text === null) return null
  try {
    const { what, by, at } = JSON.parse(text) as ControlRequest
    return (what === 'pause' || what === 'stop') && Number.isFinite(at) ? { what, by: String(by), at } : null
  } catch {
    return null
  }
}

/** "paused by ann@host at 2026-11-30T22:00:00Z". */
export function controlRequestWords({ what, by, at }: ControlRequest): string {
  return `${what === 'pause' ? 'paused' : 'stopped'} by ${by} at ${new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')}`
}

/**
 * Reservations of calls whose cost is unknown. Open calls of a running run count as in flight; once the run is not
 * running they are unknown too, until a resume sends them again or polls them.
 */
export function unknownCredits({ status, held, unknown }: Pick<Run, 'status' | 'held' | 'unknown'>): Credits {
  return status === 'running' ? unknown : held
}

export function summarize(run: Run): RunSummary {
  const { controlRequest: asked } = run
  return {
    runId: run.id,
    job: run.job,
    vendor: run.vendor,
    status: run.status,
    stopReason: run.stopReason,
    detail: run.detail,
    records: {
      selected: run.selected + run.duplicates,
      shared: run.duplicates,
      ...run.items,
      remaining: run.selected + run.duplicates - ended(run.items),
      coolingDown: run.coolingDown,
    },
    credits: {
      budget: toDecimal(run.budget),
      spent: toDecimal(run.spent),
      unknown: toDecimal(unknownCredits(run)),
      reserve: toDecimal(run.reserve),
      balance: run.balance === null ? null : toDecimal(run.balance),
      saved: toDecimal(run.saved),
      drift: toDecimal(run.drift),
    },
    calls: run.calls,
    changes: run.changes === null ? null : shownChanges(run.changes),
    pace: run.status === 'running' && run.pace !== null ? allowedPace(run.pace) : null,
    controlRequest: asked && !hasEnded(run) ? { ...asked, at: iso(asked.at) } : null,
    warnings: run.warnings,
    startedAt: iso(run.createdAt),
    endedAt: run.endedAt === null ? null : iso(run.endedAt),
    elapsedMs: run.activeMs,
  }
}
