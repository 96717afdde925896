import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { inTier } from '../../test/support/tier.ts'
import { type CycleTerms, cycleAt } from '../domain/cycle/billing-cycle.ts'
import { parseCron } from '../domain/cycle/cron-expression.ts'
import { decide } from './decide.ts'
import type { PastRun } from './past-run.ts'
import type { ScheduleTerms } from './window.ts'

// Some ten thousand decisions each.
vi.setConfig({ testTimeout: 120_000 })

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const STOP_BEFORE = 5 * MINUTE
/** Long enough for a short month, a long one and clocks that change; the rest of the year is no different. */
const MONTHS = 4

function lastDay(): ScheduleTerms {
  const parsed = parseCron('0 2 L * *')
  if ('problem' in parsed) throw new Error(parsed.problem)
  return { kind: 'cron', cron: parsed.cron, timeZone: 'UTC' }
}

/** A few months as they may go. */
interface Months {
  readonly terms: CycleTerms
  readonly schedule: ScheduleTerms
  /** How long the job needs, in all. */
  readonly workMs: number
  /** Minutes between two ticks. */
  readonly every: number
  /** Out of ten ticks: how many are missed, and how many of those that find a running run kill it. */
  readonly missed: number
  readonly kills: number
  /** By how much the clock is wrong, at each tick in turn. */
  readonly skewsMs: readonly number[]
  readonly luck: readonly number[]
}

const lives: fc.Arbitrary<Months> = fc.record({
  terms: fc.record({
    anchorDay: fc.integer({ min: 1, max: 31 }),
    timeZone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Africa/Cairo', 'Australia/Lord_Howe'),
  }),
  schedule: fc.oneof(
    fc
      .integer({ min: 1, max: 72 })
      .map((hours): ScheduleTerms => ({ kind: 'before-reset', beforeResetMs: hours * HOUR })),
    fc.integer({ min: 1, max: 72 }).map((hours): ScheduleTerms => ({ kind: 'auto', neededMs: hours * HOUR })),
    fc.constant(lastDay()),
  ),
  workMs: fc.integer({ min: MINUTE, max: 20 * HOUR }),
  every: fc.integer({ min: 15, max: 120 }),
  missed: fc.integer({ min: 0, max: 9 }),
  kills: fc.integer({ min: 0, max: 5 }),
  skewsMs: fc.array(fc.integer({ min: -30 * MINUTE, max: 30 * MINUTE }), { minLength: 1, maxLength: 20 }),
  luck: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 50, maxLength: 200 }),
})

interface Lived {
  readonly runs: readonly PastRun[]
  /** Resumes of an ended run, starts beside a running run, and work in the last minutes before the reset or after it. */
  readonly wrong: readonly string[]
}

/** Simulates them from tick to tick; between two ticks a running run progresses. */
function live(year: Months): Lived {
  const runs: PastRun[] = []
  const wrong: string[] = []
  const left = new Map<string, number>()
  let atWork: string | null = null
  const set = (id: string, changes: Partial<PastRun>) => {
    const at = runs.findIndex((run) => run.id === id)
    runs[at] = { ...(runs[at] as PastRun), ...changes }
  }
  const end = (id: string, changes: Partial<PastRun>) => {
    set(id, changes)
    atWork = null
  }
  let n = 0
  let cycle = cycleAt(Date.parse('2026-01-10T00:00:00Z'), year.terms)
  const draw = (of: number) => (year.luck[n++ % year.luck.length] as number) < of
  const begin = Date.parse('2026-01-10T00:00:00Z')
  for (let now = begin, turn = 0; now < begin + MONTHS * 30.5 * 24 * HOUR; now += year.every * MINUTE, turn++) {
    if (atWork !== null) {
      const run = runs.find(({ id }) => id === atWork) as PastRun
      const needs = (left.get(run.id) as number) - year.every * MINUTE
      left.set(run.id, needs)
      if (now >= run.resetAt - STOP_BEFORE) end(run.id, { status: 'stopped', stopReason: 'deadline' })
      else if (needs <= 0) end(run.id, { status: 'completed', stopReason: 'budget-spent' })
      else if (draw(year.kills)) end(run.id, {})
    }
    if (draw(year.missed)) continue
    const seen = now + (year.skewsMs[turn % year.skewsMs.length] as number)
    if (seen < cycle.startAt || seen >= cycle.endAt) cycle = cycleAt(seen, year.terms)
    const busy = atWork
    const situation = {
      now: seen,
      cycle,
      schedule: year.schedule,
      stopBeforeMs: STOP_BEFORE,
      runs: [...runs].reverse(),
      busy,
    }
    const decision = decide(situation)
    if (decision.kind !== 'wait') expect(decide(situation)).toEqual(decision)
    if (decision.kind === 'wait') continue
    if (busy !== null) wrong.push(`${decision.kind} while ${busy} is at work`)
    if (seen >= cycle.endAt - STOP_BEFORE) wrong.push(`${decision.kind} too late`)
    if (decision.kind === 'resume') {
      const run = runs.find(({ id }) => id === decision.runId)
      if (run?.status !== 'running' && run?.status !== 'stopped') wrong.push(`resume of ${decision.runId}`)
      atWork = decision.runId
      set(decision.runId, { status: 'running', stopReason: null })
      continue
    }
    const id = String(runs.length + 1)
    const nothing = { tried: 0, spent: 0, reserve: 0, activeMs: 0 }
    const common = {
      id,
      job: 'j',
      detail: null,
      endedAt: null,
      whole: true,
      steady: false,
      controlRequest: null,
      ...nothing,
    }
    runs.push({
      ...common,
      status: 'running',
      stopReason: null,
      createdAt: seen,
      resetAt: cycle.endAt,
      slot: decision.slot,
    })
    left.set(id, year.workMs)
    atWork = id
  }
  return { runs, wrong }
}

test('months, with ticks missed, processes killed and a clock that is wrong: one run a billing cycle, or a time that is due, in its time', () => {
  fc.assert(
    fc.property(lives, (year) => {
      const { runs, wrong } = live(year)
      expect(wrong).toEqual([])
      // The last day of a month may come twice in a billing cycle that begins on the 30th.
      const due = runs.map(({ slot, resetAt }) => (year.schedule.kind === 'cron' ? slot : resetAt))
      expect(new Set(due).size, 'one run for what is due').toBe(due.length)
    }),
    { numRuns: inTier(2, 25), endOnFailure: true },
  )
})

test('where somebody ticks often enough, no cycle goes without its run, and each that had the time is done', () => {
  const calm = lives.map((year) => ({ ...year, every: 30, missed: 0, kills: 0, skewsMs: [0] }))
  fc.assert(
    fc.property(calm, (year) => {
      const { runs } = live(year)
      expect(runs.length).toBeGreaterThanOrEqual(MONTHS - 1)
      const { schedule } = year
      const before =
        schedule.kind === 'auto'
          ? schedule.neededMs
          : schedule.kind === 'cron'
            ? 0
            : schedule.beforeResetMs - STOP_BEFORE
      if (before < year.workMs + 2 * HOUR) return
      expect(runs.slice(0, MONTHS - 1).map(({ status }) => status)).toEqual(Array(MONTHS - 1).fill('completed'))
    }),
    { numRuns: inTier(1, 10), endOnFailure: true },
  )
})
