import { describe, expect, test } from 'vitest'
import { type CycleTerms, cycleAt } from '../domain/cycle/billing-cycle.ts'
import { parseCron } from '../domain/cycle/cron-expression.ts'
import { type Decision, decide, type Situation } from './decide.ts'
import type { PastRun } from './past-run.ts'
import type { ScheduleTerms } from './window.ts'

const CYCLE: CycleTerms = { anchorDay: 1, timeZone: 'UTC' }
const RESET = '2026-12-01T00:00:00Z'
const at = (iso: string) => Date.parse(iso)
const H = 3_600_000

const TWELVE_HOURS: ScheduleTerms = { kind: 'before-reset', beforeResetMs: 12 * H }

function cron(text: string, timeZone = 'UTC'): ScheduleTerms {
  const parsed = parseCron(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return { kind: 'cron', cron: parsed.cron, timeZone }
}

/** A run that the schedule started; more recent ones have the later letters. */
function run(changes: Partial<PastRun> = {}): PastRun {
  const createdAt = changes.createdAt ?? at('2026-11-30T12:00:00Z')
  return {
    id: 'a',
    job: 'month-end',
    status: 'completed',
    stopReason: 'budget-spent',
    detail: null,
    createdAt,
    endedAt: null,
    resetAt: cycleAt(createdAt, CYCLE).endAt,
    slot: cycleAt(createdAt, CYCLE).endAt,
    whole: true,
    steady: false,
    controlRequest: null,
    tried: 0,
    spent: 0,
    reserve: 0,
    activeMs: 0,
    ...changes,
  }
}

function asked(now: string, changes: Partial<Situation> = {}): Decision {
  const cycle = cycleAt(at(now), CYCLE)
  return decide({
    now: at(now),
    cycle,
    schedule: TWELVE_HOURS,
    stopBeforeMs: 300_000,
    runs: [],
    busy: null,
    ...changes,
  })
}

test.each(['running', 'stopped'] as const)('a run that a person paused or stopped is left alone: %s', (status) => {
  const runs = [run({ status, stopReason: null, controlRequest: 'paused by ann@desk' })]
  const decision = asked('2026-11-30T14:00:00Z', { runs })
  expect(decision).toMatchObject({ kind: 'wait', because: 'needs-person' })
  expect(decision.why).toContain('paused by ann@desk')
})

describe('so long before the reset', () => {
  test.each([
    [
      'before it is due: wait until then',
      '2026-11-30T11:59:59Z',
      { kind: 'wait', because: 'not-due', until: at('2026-11-30T12:00:00Z') },
    ],
    ['when it is due: start', '2026-11-30T12:00:00Z', { kind: 'start', slot: at(RESET) }],
    ['late (a missed tick, a reboot): start', '2026-11-30T23:54:59Z', { kind: 'start', slot: at(RESET) }],
    ['too late: not any more', '2026-11-30T23:55:00Z', { kind: 'wait', because: 'too-late', until: at(RESET) }],
    [
      'in the next cycle: wait for its end',
      '2026-12-01T00:00:00Z',
      { kind: 'wait', because: 'not-due', until: at('2026-12-31T12:00:00Z') },
    ],
  ])('%s', (_, now, decision) => {
    expect(asked(now)).toMatchObject(decision)
  })

  test('it says why, in words', () => {
    expect(asked('2026-11-28T10:00:00Z').why).toBe('due at 2026-11-30T12:00:00Z, in 2 d 2 h')
    expect(asked('2026-11-30T14:00:00Z').why).toBe(
      'due since 2026-11-30T12:00:00Z (2 h ago); credits are reset at 2026-12-01T00:00:00Z',
    )
    expect(asked('2026-11-30T23:57:00Z').why).toBe(
      'credits are reset at 2026-12-01T00:00:00Z, in 3 min: nothing is sent in the last 5 min before',
    )
  })
})

describe("the job's runs of this cycle", () => {
  const NOW = '2026-11-30T18:00:00Z'

  test.each<[string, Partial<PastRun>, object]>([
    ['it has done what it could: not again', {}, { kind: 'wait', because: 'done', until: at(RESET) }],
    ['all refreshed: not again', { stopReason: 'all-refreshed' }, { kind: 'wait', because: 'done' }],
    ['its process is gone: resume', { status: 'running', stopReason: null }, { kind: 'resume', runId: 'a' }],
    ['it was interrupted: resume', { status: 'stopped', stopReason: 'interrupted' }, { kind: 'resume', runId: 'a' }],
    [
      'the vendor was unhealthy: resume',
      { status: 'stopped', stopReason: 'vendor-unhealthy' },
      { kind: 'resume', runId: 'a' },
    ],
    [
      'its deadline came by a clock that was wrong: resume',
      { status: 'stopped', stopReason: 'deadline' },
      { kind: 'resume' },
    ],
    [
      'it failed: a person is told',
      { status: 'failed', stopReason: 'error', detail: 'refused' },
      { kind: 'wait', because: 'needs-person' },
    ],
  ])('%s', (_, changes, decision) => {
    expect(asked(NOW, { runs: [run(changes)] })).toMatchObject(decision)
  })

  test('a stopped run is not resumed when it would have to stop at once', () => {
    const runs = [run({ status: 'stopped', stopReason: 'interrupted' })]
    expect(asked('2026-11-30T23:56:00Z', { runs })).toMatchObject({ kind: 'wait', because: 'too-late' })
  })

  test('while somebody spends from the account it waits, whatever is due', () => {
    for (const runs of [[], [run({ status: 'running', stopReason: null })]])
      expect(asked(NOW, { runs, busy: 'process 7 on there' })).toEqual({
        kind: 'wait',
        because: 'busy',
        until: null,
        why: 'process 7 on there is spending from this account',
      })
    expect(asked(NOW, { runs: [run()], busy: 'process 7 on there' })).toMatchObject({ because: 'done' })
  })

  test('one of the cycle before is no reason to wait', () => {
    const old = run({ createdAt: at('2026-10-31T12:00:00Z'), status: 'stopped', stopReason: 'deadline' })
    expect(asked(NOW, { runs: [old] })).toMatchObject({ kind: 'start' })
  })

  test('one that a person started earlier in the month is no reason to wait', () => {
    const runs = [run({ createdAt: at('2026-11-03T09:00:00Z'), slot: null })]
    expect(asked(NOW, { runs })).toMatchObject({ kind: 'start' })
  })

  test('after a failure, a run of the whole job by a person counts', () => {
    const failed = run({ status: 'failed', stopReason: 'error' })
    const byHand = run({ id: 'b', slot: null, createdAt: at('2026-11-30T15:00:00Z') })
    expect(asked(NOW, { runs: [byHand, failed] })).toMatchObject({ because: 'done' })
    expect(asked(NOW, { runs: [{ ...byHand, whole: false }, failed] })).toMatchObject({ because: 'needs-person' })
    const stopped = { ...byHand, status: 'stopped', stopReason: 'interrupted' } as const
    expect(asked(NOW, { runs: [stopped, failed] })).toMatchObject({ kind: 'resume', runId: 'b' })
  })
})

describe('a reserve that is let go', () => {
  const NOW = '2026-11-30T18:00:00Z'
  const C = 1_000_000
  const left = run({ reserve: 800 * C })
  const decided = (reserve: number, spendable: number | null, runs = [left], now = NOW) =>
    asked(now, { runs, room: { reserve: reserve * C, spendable: spendable === null ? null : spendable * C } })

  test('once others need no more than half of it: another run of the same slot', () => {
    expect(decided(400, 300)).toMatchObject({
      kind: 'start',
      slot: at(RESET),
      why: 'run a left 800 credits for others, who now need 400',
    })
    expect(decided(401, 300)).toMatchObject({ because: 'done' })
    expect(decided(0, 16)).toMatchObject({ kind: 'start' })
  })

  test('not where others have used it, nor where nobody knows', () => {
    expect(decided(0, 15)).toMatchObject({ because: 'done' })
    expect(decided(0, null)).toMatchObject({ because: 'done' })
  })

  test('not where records were what it had too few of, nor where it left nothing', () => {
    expect(decided(0, 800, [{ ...left, stopReason: 'all-refreshed' }])).toMatchObject({ because: 'done' })
    expect(decided(0, 800, [run({ reserve: 0 })])).toMatchObject({ because: 'done' })
  })

  test('credits that are added after it has spent all: another run, for a twentieth of what it had', () => {
    const all = { tried: 900, spent: 1_000 * C, reserve: 0 }
    expect(decided(0, 50, [run(all)])).toMatchObject({
      kind: 'start',
      slot: at(RESET),
      why: 'run a has spent what there was, and 50 credits more are there now',
    })
    expect(decided(0, 49, [run(all)])).toMatchObject({ because: 'done' })
    const kept = run({ ...all, reserve: 800 * C })
    expect(decided(800, 90, [kept])).toMatchObject({ kind: 'start' })
    expect(decided(800, 89, [kept])).toMatchObject({ because: 'done' })
  })

  test('more than it left: not within an hour of its end, when a balance that lags may not show yet what it has spent', () => {
    const ended = run({ tried: 900, spent: 1_000 * C, reserve: 800 * C, endedAt: at(NOW) })
    expect(decided(0, 800, [ended], '2026-11-30T18:59:59Z')).toMatchObject({ kind: 'start' })
    expect(decided(0, 801, [ended], '2026-11-30T18:59:59Z')).toMatchObject({ because: 'done' })
    expect(decided(0, 900, [ended], '2026-11-30T19:00:00Z')).toMatchObject({ kind: 'start' })
    expect(decided(800, 900, [ended], '2026-11-30T18:59:59Z')).toMatchObject({ because: 'done' })
    expect(decided(800, 900, [ended], '2026-11-30T19:00:00Z')).toMatchObject({ kind: 'start' })
  })

  test('not for credits that the vendor refused, that a run found not to be there, or that a person has left', () => {
    const all = { tried: 900, spent: 1_000 * C, reserve: 0 }
    expect(decided(0, 900, [run({ ...all, stopReason: 'credits-exhausted' })])).toMatchObject({ because: 'done' })
    expect(decided(0, 900, [run({ ...all, tried: 0, spent: 0 })])).toMatchObject({ because: 'done' })
    const byHand = run({ ...all, id: 'b', slot: null })
    expect(decided(0, 900, [byHand, run(all)])).toMatchObject({ because: 'done' })
  })

  test('not when it would have to stop at once', () => {
    expect(decided(0, 800, [left], '2026-11-30T23:56:00Z')).toMatchObject({ because: 'too-late' })
  })

  test('it is halved each time: of 800 credits there are few runs, whatever others need', () => {
    let runs = [left]
    let begun = 0
    for (let need = 800; need >= 0; need -= 1) {
      if (decided(need, 800, runs).kind !== 'start') continue
      begun++
      runs = [run({ id: String(begun), reserve: need * C }), ...runs]
    }
    expect(begun).toBe(10)
  })
})

describe('a clock that jumps', () => {
  test('back, by an hour, after the run was started: not again', () => {
    const runs = [run({ createdAt: at('2026-11-30T12:00:00Z') })]
    expect(asked('2026-11-30T11:00:00Z', { runs })).toMatchObject({ because: 'done' })
  })

  test('a month ahead and back: what ran meanwhile is not this month’s, nor the next’s', () => {
    const runs = [run({ createdAt: at('2026-12-31T13:00:00Z') })]
    expect(asked('2026-11-30T13:00:00Z', { runs })).toMatchObject({ kind: 'start' })
    expect(asked('2026-12-30T12:30:00Z', { runs })).toMatchObject({ because: 'not-due' })
  })

  test('ahead, over the start: it is started as one that was missed', () => {
    expect(asked('2026-11-30T20:00:00Z')).toMatchObject({ kind: 'start' })
  })
})

describe('a cron expression', () => {
  const LAST_DAY = cron('0 2 L * *')
  const DAILY = cron('0 3 * * *')

  test.each([
    ['before it is due', '2026-11-30T01:59:00Z', LAST_DAY, { because: 'not-due', until: at('2026-11-30T02:00:00Z') }],
    ['when it is due', '2026-11-30T02:00:00Z', LAST_DAY, { kind: 'start', slot: at('2026-11-30T02:00:00Z') }],
    ['missed, in the same cycle: caught up', '2026-11-30T21:00:00Z', LAST_DAY, { kind: 'start' }],
    ['missed, in the cycle before: not', '2026-12-01T00:00:00Z', LAST_DAY, { because: 'not-due' }],
    ['in its own time zone', '2026-11-30T06:59:00Z', cron('0 2 L * *', 'America/New_York'), { because: 'not-due' }],
  ])('%s', (_, now, schedule, decision) => {
    expect(asked(now, { schedule })).toMatchObject(decision)
  })

  test('missed several times: once', () => {
    const before = run({ createdAt: at('2026-11-17T03:00:00Z'), slot: at('2026-11-17T03:00:00Z') })
    const first = asked('2026-11-20T12:00:00Z', { schedule: DAILY, runs: [before] })
    expect(first).toMatchObject({ kind: 'start', slot: at('2026-11-20T03:00:00Z') })
    const caughtUp = run({ createdAt: at('2026-11-20T12:00:00Z'), slot: at('2026-11-20T03:00:00Z') })
    expect(asked('2026-11-20T12:01:00Z', { schedule: DAILY, runs: [caughtUp, before] })).toMatchObject({
      because: 'done',
      until: at('2026-11-21T03:00:00Z'),
    })
  })

  test('a run that was interrupted is resumed before the next one is started', () => {
    const slot = at('2026-11-20T03:00:00Z')
    const stopped = run({ createdAt: slot, slot, status: 'stopped', stopReason: 'interrupted' })
    expect(asked('2026-11-21T04:00:00Z', { schedule: DAILY, runs: [stopped] })).toMatchObject({ kind: 'resume' })
  })

  test('a failure keeps only its own time from being tried again', () => {
    const slot = at('2026-11-20T03:00:00Z')
    const runs = [run({ createdAt: slot, slot, status: 'failed', stopReason: 'error' })]
    expect(asked('2026-11-20T12:00:00Z', { schedule: DAILY, runs })).toMatchObject({ because: 'needs-person' })
    expect(asked('2026-11-21T03:00:00Z', { schedule: DAILY, runs })).toMatchObject({ kind: 'start' })
  })
})

test('auto starts as long before the stop as the run needs, and not before the cycle', () => {
  const auto = (neededMs: number): ScheduleTerms => ({ kind: 'auto', neededMs })
  expect(asked('2026-11-20T00:00:00Z', { schedule: auto(6 * H) })).toMatchObject({
    because: 'not-due',
    until: at('2026-11-30T17:55:00Z'),
  })
  expect(asked('2026-11-30T17:55:00Z', { schedule: auto(6 * H) })).toMatchObject({ kind: 'start', slot: at(RESET) })
  expect(asked('2026-11-01T00:00:00Z', { schedule: auto(60 * 24 * H) })).toMatchObject({ kind: 'start' })
  expect(asked('2026-11-30T23:00:00Z', { schedule: auto(0) })).toMatchObject({ because: 'not-due' })
})
