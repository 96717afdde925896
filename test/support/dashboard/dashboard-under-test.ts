import { randomBytes } from 'node:crypto'
import { dashboard } from '../../../src/dashboard/dashboard.ts'
import type { AccountView, DashboardData, ItemsView, RunView } from '../../../src/dashboard/ports.ts'
import type { UnknownCall, UnknownCalls } from '../../../src/domain/call/unknown-call.ts'
import type { Judgement } from '../../../src/domain/judgement/judgement.ts'
import type { RunSummary } from '../../../src/domain/run/run.ts'
import { NO_ITEMS } from '../databases/no-items.ts'

export const NOW = Date.parse('2026-11-30T22:00:00Z')
const HOUR_MS = 3_600_000
const PORT = 9465
/** What one signs in with where there is no token. */
export const KEY = 'no-one-is-told-this-but-who-started-it'

export function summaryWith(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    runId: '20261130-aa',
    job: 'month-end',
    vendor: 'acme',
    status: 'running',
    stopReason: null,
    detail: null,
    records: { selected: 1_000, shared: 0, ...NO_ITEMS, refreshed: 400, remaining: 600, coolingDown: 0 },
    credits: { budget: 1_000, spent: 400, unknown: 0, reserve: 50, balance: 650, saved: 0, drift: 0 },
    calls: { sent: 400, throttled: 0, failed: 0, unknown: 0 },
    changes: null,
    pace: { concurrency: 8, perSecond: null, reason: 'the start' },
    controlRequest: null,
    warnings: [],
    startedAt: '2026-11-30T21:00:00Z',
    endedAt: null,
    elapsedMs: HOUR_MS,
    ...changes,
  }
}

export function runWith(summary: Partial<RunSummary> = {}, changes: Partial<RunView> = {}): RunView {
  return {
    summary: summaryWith(summary),
    atWork: 'process 7 on vm',
    health: { kind: 'well', rates: { recordsPerMs: 400 / HOUR_MS, creditsPerMs: 400 / HOUR_MS } },
    finishAt: NOW + 1.5 * HOUR_MS,
    stopAt: NOW + 6 * HOUR_MS,
    resetAt: NOW + 7 * HOUR_MS,
    table: 'people',
    spec: { limit: null },
    prunedAt: null,
    ...changes,
  }
}

export function judgementWith(changes: Partial<Judgement> = {}): Judgement {
  const nothing = {
    run: null,
    job: null,
    by: null,
    when: null,
    detail: null,
    actBy: null,
    finishAt: null,
    stopAt: null,
  }
  const amounts = { atStake: 0, spendable: 600, cause: 'as-planned', verdict: 'on-track', command: null } as const
  return { ...nothing, ...amounts, at: NOW, resetAt: NOW + 7 * HOUR_MS, ...changes }
}

export function accountWith(changes: Partial<AccountView> = {}): AccountView {
  return {
    at: NOW,
    sign: 'first',
    cycle: { startAt: NOW - 29 * 24 * HOUR_MS, endAt: NOW + 7 * HOUR_MS },
    judgement: judgementWith(),
    schedulerSeenAt: NOW - 30_000,
    schedulerIsAlive: true,
    reserve: 50,
    balance: 650,
    reportedAt: NOW - HOUR_MS,
    held: 0,
    unknown: 0,
    jobs: [],
    open: null,
    latest: [summaryWith({ status: 'completed', stopReason: 'all-refreshed' })],
    forecast: { kind: 'counting' },
    month: {
      readings: [{ at: NOW - 2 * HOUR_MS, balance: 1_100 }],
      runs: [{ fromAt: NOW - HOUR_MS, toAt: NOW, spent: 400 }],
      spentByUs: 400,
      spentByOthers: 50,
      bought: null,
    },
    ...changes,
  }
}

export function unknownCall(changes: Partial<UnknownCall> = {}): UnknownCall {
  return {
    id: '20261130-aa/7',
    runId: '20261130-aa',
    job: 'month-end',
    runStatus: 'stopped',
    state: 'unknown',
    sentAt: '2026-11-30T21:30:00Z',
    records: ['1'],
    holds: 1,
    status: null,
    reason: 'the connection broke',
    vendorJob: null,
    idempotencyKey: null,
    settles: { by: 'reset', from: null, resetAt: '2026-12-01T05:00:00Z' },
    decidable: true,
    ...changes,
  }
}

export function unknownWith(...calls: UnknownCall[]): UnknownCalls {
  return { vendor: 'acme', busy: null, holds: calls.length, calls, decisions: [] }
}

export function itemsWith(changes: Partial<ItemsView> = {}): ItemsView {
  return { run: runWith(), items: [], next: null, lookedTo: null, memory: null, ...changes }
}

/** What was done, and by whom. */
export type Done = readonly [what: string, about: string, by: string]

/** A dashboard over data that a test makes up, and what is done through it. */
export function dashboardOver(
  data: Partial<DashboardData> = {},
  { token = null, key = KEY, now = () => NOW }: { token?: string | null; key?: string | null; now?: () => number } = {},
) {
  const done: Done[] = []
  const logged: string[] = []
  const log = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`)
  const made = dashboard({
    data: { ...madeUp(done), ...data },
    token,
    key: token === null ? key : null,
    vendor: 'acme',
    zone: 'America/New_York',
    host: 'vm',
    now,
    random: randomBytes,
    hide: (text) => text.replaceAll('hunter2', '(hidden)'),
    log: { info: log, warn: log, error: log },
    rhythm: { everyMs: 5, heartbeatMs: 10 },
  })
  const at = (path: string, init: RequestInit = {}) => {
    const headers = { host: `localhost:${PORT}`, accept: 'text/html', ...init.headers }
    return made.app.request(path, { ...init, headers }, { incoming: { socket: { localPort: PORT } } })
  }
  return { ...made, done, logged, at }
}

function madeUp(done: Done[]): DashboardData {
  const run = async () => runWith()
  return {
    account: async () => accountWith(),
    glance: async () => ({ open: null, sign: 'first', judgement: judgementWith() }),
    runs: async () => ({ runs: [summaryWith()], next: null }),
    run,
    course: async () => [],
    items: async () => itemsWith(),
    report: async (id) => ({ name: `${id}.html`, html: '<!doctype html><title>report</title>' }),
    unknown: async () => unknownWith(unknownCall()),
    controlRun: async (what, runId, by) => {
      done.push([what, runId, by])
      return { run: summaryWith(), atWork: null }
    },
    settle: async (ids, as, by) => {
      done.push([`settle ${as}`, ids.join(' '), by])
      return []
    },
  }
}

/** The cookie of whoever has signed in with the key. */
export async function cookieByKey(at: (path: string) => Promise<Response> | Response): Promise<string> {
  return cookieOf(await at(`/login?key=${KEY}`))
}

/** The cookie that an answer gives, as a browser sends it back; and the form token that a page holds. */
export function cookieOf(answer: Response): string {
  return (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? ''
}

export function formTokenOf(page: string): string {
  return /name="form" value="([^"]+)"/.exec(page)?.[1] ?? ''
}
