import type { Credits } from '../../../src/domain/credits/credits.ts'
import { type Run, summarize } from '../../../src/domain/run/run.ts'
import type { RunSnapshot } from '../../../src/domain/run/run-snapshot.ts'
import type { Figures } from '../../../src/report/report.ts'
import { NO_ITEMS } from '../databases/no-items.ts'

export const BEGAN_AT = Date.UTC(2026, 10, 30, 20)

export function credits(amount: number): Credits {
  return Math.round(amount * 1e6) as Credits
}

/** A run that ended well: 90 of 100 credits spent on 80 records, and 10 left for want of records. */
export function runUnderTest(changes: Partial<Run> = {}): Run {
  return {
    no: 1,
    id: '20261130-9f3c1a2b7d',
    job: 'month-end',
    vendor: 'acme',
    source: 'people',
    status: 'completed',
    stopReason: 'all-refreshed',
    detail: null,
    specHash: 'h',
    spec: '{}',
    budget: credits(100),
    reserve: credits(5),
    spent: credits(90),
    held: credits(0),
    unknown: credits(0),
    balance: credits(15),
    pace: null,
    selected: 100,
    duplicates: 0,
    saved: credits(0),
    drift: credits(0),
    changes: null,
    expected: null,
    controlRequest: null,
    warnings: [],
    coolingDown: 0,
    selectedAll: true,
    abandonedAt: null,
    items: { ...NO_ITEMS, refreshed: 80, notFound: 15, failed: 5 },
    calls: { sent: 100, throttled: 0, failed: 5, unknown: 0 },
    cursor: 100,
    lastCall: 100,
    checkpoint: 9,
    canaryDone: true,
    createdAt: BEGAN_AT,
    endedAt: BEGAN_AT + 600_000,
    activeMs: 600_000,
    ...changes,
  }
}

export function figuresUnderTest({ run = runUnderTest(), ...changes }: Partial<Figures> = {}): Figures {
  return {
    madeAt: BEGAN_AT + 700_000,
    judgement: null,
    price: null,
    run,
    summary: summarize(run),
    pruned: false,
    deadline: { stopAt: Date.UTC(2026, 10, 30, 22, 55), resetAt: Date.UTC(2026, 10, 30, 23) },
    timeZone: 'Europe/Berlin',
    steady: false,
    per: 'match',
    costs: [
      { calls: 80, cost: credits(1), lost: false, records: { refreshed: 1 } },
      { calls: 10, cost: credits(1), lost: false, records: { failed: 1 } },
    ],
    reasons: [
      { state: 'failed', reason: 'status 422', records: 5, examples: ['7', '9'], reasons: 1 },
      { state: 'notFound', reason: null, records: 15, examples: ['11'], reasons: 1 },
    ],
    snapshots: courseUnderTest(60),
    unsettled: { calls: 0, holds: credits(0), first: [] },
    decisions: [],
    changed: [],
    ...changes,
  }
}

/** A course of so many snapshots, a second apart, each with one more record and one call of 100 ms more. */
export function courseUnderTest(count: number, change: (at: number) => Partial<RunSnapshot> = () => ({})) {
  return Array.from({ length: count }, (_, place): RunSnapshot => {
    const items = { ...NO_ITEMS, refreshed: place }
    return {
      at: BEGAN_AT + place * 1_000,
      activeMs: place * 1_000,
      items,
      spent: credits(place),
      unknown: credits(0),
      calls: { sent: place, throttled: 0, failed: 0, unknown: 0 },
      pace: { concurrency: 4, perSecond: null, reason: 'starts with one call at a time' },
      latencies: place === 0 ? {} : { 48: 1 },
      ...change(place),
    }
  })
}
