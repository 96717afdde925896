import { expect, test } from 'vitest'
import { NO_ITEMS } from '../../../test/support/databases/no-items.ts'
import type { RunSummary } from '../run/run.ts'
import { healthOf, type Mark } from './health.ts'
import { judge } from './judge.ts'
import type { Verdict } from './judgement.ts'
import { actionWords, causeWords, sentenceOf } from './judgement-words.ts'
import type { History, RunNow, Situation } from './situation.ts'

const HOUR_MS = 3_600_000
const NOW = Date.parse('2026-11-28T18:00:00Z')
const RESET = Date.parse('2026-12-01T05:00:00Z')
const ZONE = 'America/New_York'

function run(changes: Partial<RunNow> = {}, summary: Partial<RunSummary> = {}): RunNow {
  const rates = { recordsPerMs: 1_000 / HOUR_MS, creditsPerMs: 1_000 / HOUR_MS }
  const records = { selected: 10_000, shared: 0, ...NO_ITEMS, refreshed: 2_000, remaining: 8_000, coolingDown: 0 }
  const credits = { budget: 9_000, spent: 2_000, unknown: 0, reserve: 0, balance: 7_000, saved: 0, drift: 0 }
  const shown = { runId: 'r1', job: 'month-end', status: 'running', controlRequest: null, pace: null, records, credits }
  return {
    summary: { ...shown, elapsedMs: 2 * HOUR_MS, ...summary } as RunSummary,
    atWork: true,
    stopAt: RESET - 300_000,
    steady: false,
    selectsMore: false,
    isWhole: true,
    health: { kind: 'well', rates },
    ...changes,
  }
}

function history(changes: Partial<History> = {}): Situation['forecast'] {
  const plan = { job: 'month-end', use: 7_000, startsAt: RESET - 12 * HOUR_MS, stopAt: RESET - 300_000 }
  const plans = [{ ...plan, latestSafeStart: RESET - 8 * HOUR_MS }]
  return { kind: 'made', forecast: { spendable: 7_000, expiring: 0, because: [], plans, ...changes } }
}

function judged(changes: Partial<Situation> = {}) {
  const judgement = judge({
    now: NOW,
    resetAt: RESET,
    balance: 7_500,
    reserve: 500,
    held: 0,
    rollover: 0,
    lapsed: null,
    run: null,
    failed: null,
    jobs: [{ job: 'month-end', isDue: false }],
    scheduler: { isAlive: true, seenAt: NOW - 30_000 },
    forecast: history(),
    ...changes,
  })
  return { ...judgement, why: causeWords(judgement, ZONE), todo: actionWords(judgement, ZONE) }
}

const BY_ANN = { by: 'ann@desk', at: new Date(NOW - HOUR_MS).toISOString() }

test.each<[what: string, Partial<Situation>, verdict: Verdict, cause: string, atStake: number | null]>([
  ['all goes as planned', {}, 'on-track', 'as-planned', 0],
  ['a run in time', { run: run() }, 'on-track', 'run-in-time', 0],
  ['six held credits are no reason to look', { held: 6 }, 'on-track', 'as-planned', 0],
  ['more than a hundredth held by calls is', { held: 71 }, 'at-risk', 'unknown-calls', 71],
  ['a hundredth left', { forecast: history({ expiring: 70 }) }, 'on-track', 'as-planned', 70],
  ['nothing has come back', { run: run({ health: { kind: 'well', rates: null } }) }, 'unknown', 'run-begins', null],
  [
    'nothing succeeds',
    { run: run({ health: { kind: 'failing', since: NOW - 60_000, failed: 3 } }) },
    'at-risk',
    'vendor-failing',
    7_000,
  ],
  [
    'nothing succeeds, and there would be no time any more',
    { now: RESET - 6 * HOUR_MS, run: run({ health: { kind: 'failing', since: NOW, failed: 3 } }) },
    'losing',
    'vendor-failing',
    7_000,
  ],
  ['too slow', { now: RESET - 5 * HOUR_MS - 300_000, run: run() }, 'losing', 'too-slow', 2_000],
  ['paused', { run: run({}, { controlRequest: { what: 'pause', ...BY_ANN } }) }, 'action-required', 'paused', 7_000],
  [
    'stopped, and the schedule will not go on',
    {
      run: run({ atWork: false }, { status: 'stopped', controlRequest: { what: 'stop', ...BY_ANN } }),
      forecast: history({ expiring: 7_000, because: [{ cause: 'no-start', credits: 7_000, change: 'x' }] }),
    },
    'action-required',
    'stopped',
    7_000,
  ],
  [
    'interrupted by hand',
    { run: run({ atWork: false }, { status: 'stopped', job: 'manual' }), jobs: [], forecast: { kind: 'counting' } },
    'action-required',
    'interrupted',
    7_000,
  ],
  ['failed', { failed: { runId: 'r1', job: 'month-end', detail: 'HTTP 401' } }, 'action-required', 'run-failed', 7_000],
  ['no scheduler', { scheduler: { isAlive: false, seenAt: null } }, 'at-risk', 'scheduler-gone', 7_000],
  [
    'no scheduler, and a job is due',
    { scheduler: { isAlive: false, seenAt: NOW - HOUR_MS }, jobs: [{ job: 'month-end', isDue: true }] },
    'action-required',
    'scheduler-gone',
    7_000,
  ],
  ['no schedule at all', { jobs: [], forecast: { kind: 'counting' } }, 'at-risk', 'no-schedule', 7_000],
  ['no forecast yet', { forecast: { kind: 'counting' } }, 'unknown', 'not-forecast', null],
  ['no balance', { balance: null, forecast: { kind: 'counting' } }, 'unknown', 'balance-unknown', null],
  ['nothing left', { balance: 500, forecast: history({ spendable: 0, plans: [] }) }, 'on-track', 'nothing-to-spend', 0],
])('%s', (_, situation, verdict, cause, atStake) => {
  expect(judged(situation)).toMatchObject({ verdict, cause, atStake })
})

test('what a reset took while nobody worked is told, until a balance is known', () => {
  const missed = {
    balance: null,
    forecast: { kind: 'none', why: 'x' },
    lapsed: { credits: 1_045.4, at: NOW - HOUR_MS },
  } as const
  const alone = judged({ ...missed, scheduler: { isAlive: false, seenAt: NOW - 2 * HOUR_MS } })
  expect([alone.verdict, alone.cause, alone.atStake]).toEqual(['action-required', 'reset-missed', null])
  expect(alone.why).toBe('They were left at the reset Sat 12:00 EST; no scheduler is running.')
  expect(sentenceOf(alone, ZONE)).toBe(
    'Action required: up to 1,045 credits expired unused; next reset Tue 00:00 EST, in 2 d 11 h',
  )
  expect(alone.todo).toBe('Start the scheduler: `spenddown schedule`')
  const kept = judged(missed)
  expect([kept.verdict, kept.cause, kept.todo]).toEqual([
    'unknown',
    'reset-missed',
    'Ask for the new balance: `spenddown plan`',
  ])
  expect(judged({ ...missed, balance: 7_000 }).cause).not.toBe('reset-missed')
})

test('a scheduler that is gone is told where no balance is known, too', () => {
  const gone = { balance: null, forecast: { kind: 'counting' }, scheduler: { isAlive: false, seenAt: null } } as const
  expect(judged(gone)).toMatchObject({ verdict: 'at-risk', cause: 'scheduler-gone', atStake: null })
})

test('a start after the latest safe one is told before any run has shown the pace', () => {
  const plan = { job: 'month-end', use: 7_000, startsAt: RESET - 12 * HOUR_MS, latestSafeStart: RESET - 24 * HOUR_MS }
  const { verdict, cause, atStake, why, todo } = judged({ forecast: history({ plans: [{ ...plan, stopAt: RESET }] }) })
  expect([verdict, cause, atStake]).toEqual(['at-risk', 'starts-too-late', 3_500])
  expect(why).toBe('month-end starts Mon 12:00 EST, after the latest safe start Mon 00:00 EST.')
  expect(todo).toBe('Start by Mon 00:00 EST: `spenddown run month-end`')
})

test('a pause says until when it does no harm, in the zone of the cycle, and what it costs then', () => {
  // 7,000 credits at 1,000 an hour take 7 h until 23:55.
  const paused = judged({ run: run({}, { controlRequest: { what: 'pause', ...BY_ANN } }) })
  expect(paused.todo).toBe('Resume by Mon 16:55 EST or lose 7,000: `spenddown continue r1`')
  expect(paused.why).toBe('month-end was paused by ann@desk Sat 12:00 EST; nothing is spent meanwhile.')
  expect(sentenceOf(paused, ZONE)).toBe(
    'Action required: 7,000 of 7,000 credits will expire unless you act; reset Tue 00:00 EST, in 2 d 11 h',
  )
})

test('what rolls over is not lost', () => {
  const { atStake } = judged({ rollover: 0.5, run: run({}, { controlRequest: { what: 'pause', ...BY_ANN } }) })
  expect(atStake).toBe(3_500)
})

test('a run with a budget leaves what other jobs spend later', () => {
  const credits = { ...run().summary.credits, budget: 3_000 }
  const others = { job: 'new-people', use: 5_900, startsAt: NOW + HOUR_MS, latestSafeStart: null, stopAt: RESET }
  const now = run({}, { credits, job: 'manual' })
  expect(judged({ run: now, forecast: history({ plans: [others] }) })).toMatchObject({
    verdict: 'at-risk',
    cause: 'budget',
    atStake: 100,
  })
})

test('a run that flags have narrowed leaves the rest to the schedule, where somebody keeps it', () => {
  const narrow = run({ isWhole: false }, { records: { ...run().summary.records, selected: 3_000, remaining: 1_000 } })
  expect(judged({ run: narrow })).toMatchObject({ verdict: 'on-track', cause: 'run-in-time', atStake: 0 })
  const alone = judged({ run: narrow, scheduler: { isAlive: false, seenAt: null } })
  expect(alone).toMatchObject({ verdict: 'losing', cause: 'narrowed', atStake: 6_000 })
  expect(alone.todo).toBe('Once it has ended: `spenddown run month-end`')
})

function mark(at: number, answered: number, trouble = 0): Mark {
  return { at, done: answered, answered, spent: answered, trouble }
}

test('the health of a run is that of its last minute', () => {
  const marks = [mark(0, 0), mark(60_000, 600), mark(90_000, 900)]
  expect(healthOf(marks, mark(120_000, 1_500), 120_000)).toEqual({
    kind: 'well',
    rates: { recordsPerMs: 900 / 60_000, creditsPerMs: 900 / 60_000 },
  })
  const broken = [...marks, mark(100_000, 900, 4)]
  expect(healthOf(broken, mark(97_000, 900, 2), 97_000).kind).toBe('well')
  expect(healthOf(broken, mark(110_000, 900, 6), 110_000)).toEqual({ kind: 'failing', since: 90_000, failed: 6 })
  // Silence alone is a reason after a minute.
  expect(healthOf(marks, mark(140_000, 900), 140_000).kind).toBe('well')
  expect(healthOf(marks, mark(151_000, 900), 151_000)).toEqual({ kind: 'failing', since: 90_000, failed: 0 })
})
