import type { RunSummary } from '../../../src/domain/run/run.ts'
import { type Heard, heard, type RunView } from '../../../src/observability/display/run/run-view.ts'
import type { PaceSnapshot, RunEvent } from '../../../src/refresh/events/events.ts'

/** 30 November 2026, 22:00 UTC. */
export const BEGAN = Date.UTC(2026, 10, 30, 22)
export const MINUTE = 60_000
/** 23:55, as long as nobody says otherwise. */
export const STOP_AT = BEGAN + 115 * MINUTE

export interface Figures {
  readonly selected?: number
  readonly refreshed?: number
  readonly notFound?: number
  readonly failed?: number
  readonly budget?: number
  readonly spent?: number
  readonly unknown?: number
  readonly balance?: number | null
  readonly calls?: Partial<RunSummary['calls']>
  readonly job?: string
}

export function summaryOf(figures: Figures = {}): RunSummary {
  const { selected = 2_000, refreshed = 0, notFound = 0, failed = 0, budget = 1_500, unknown = 0 } = figures
  const remaining = selected - refreshed - notFound - failed
  const ends = { refreshed, notFound, failed, unknown: 0, superseded: 0 }
  return {
    runId: '20261130-9f3c1a2b7d',
    job: figures.job ?? 'month-end',
    vendor: 'acme',
    status: 'running',
    stopReason: null,
    detail: null,
    records: { selected, shared: 0, ...ends, remaining, coolingDown: 0 },
    credits: {
      budget,
      spent: figures.spent ?? refreshed,
      unknown,
      reserve: 250,
      balance: figures.balance ?? null,
      saved: 0,
      drift: 0,
    },
    calls: { sent: 0, throttled: 0, failed: 0, unknown: 0, ...figures.calls },
    changes: null,
    pace: null,
    controlRequest: null,
    warnings: [],
    startedAt: new Date(BEGAN).toISOString(),
    endedAt: null,
    elapsedMs: 0,
  }
}

export function started(figures: Figures = {}, stopAt = STOP_AT, resumed = false): RunEvent {
  const summary = summaryOf(figures)
  return { type: 'started', runId: summary.runId, resumed, summary, deadline: { stopAt, resetAt: stopAt + 300_000 } }
}

export function progress(
  figures: Figures = {},
  pace: Partial<PaceSnapshot> = {},
  errors = { server: 0, timeout: 0, connection: 0, other: 0 },
  selectsMore = false,
): RunEvent & { readonly type: 'progress' } {
  const usual = { concurrency: 24, perSecond: null, reason: 'latency is normal', inFlight: 20 }
  return {
    type: 'progress',
    summary: summaryOf(figures),
    pace: { ...usual, latencyMs: 41.6, pausedUntil: 0, ...pace },
    spendable: null,
    errors,
    selectsMore,
  }
}

/** What is heard, so long (ms) after the beginning. */
export type Told = readonly [atMs: number, event: Heard]

/** What is shown after these. */
export function after(...events: readonly Told[]): RunView {
  const view = events.reduce<RunView | null>((before, [atMs, event]) => heard(before, event, BEGAN + atMs), null)
  if (view === null) throw new Error('the run has not begun')
  return view
}

/** A run that has refreshed `perSecond` records a second for a minute, at a credit each. */
export function goingFor(perSecond: number, figures: Figures = {}, stopAt = STOP_AT): RunView {
  const steps = Array.from({ length: 61 }, (_, second) => {
    return [second * 1_000, progress({ ...figures, refreshed: second * perSecond })] as const
  })
  return after([0, started(figures, stopAt)], ...steps)
}
