import type { Ledger } from '../../src/domain/books/ledger.ts'
import { available, awaitsReport } from '../../src/domain/books/may-open.ts'
import { type Credits, NO_CREDITS } from '../../src/domain/credits/credits.ts'
import { cycleAt } from '../../src/domain/cycle/billing-cycle.ts'
import { deadlineAt } from '../../src/domain/cycle/deadline.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { NOTHING_LEFT } from '../../src/refresh/begin/left-behind.ts'
import { newBooks, resumedBooks } from '../../src/refresh/begin/opening-books.ts'
import type { AccountState } from '../../src/refresh/ports/store.ts'
import { decide } from '../../src/schedule/decide.ts'
import { experienceOf } from '../../src/schedule/experience.ts'
import type { PastRun } from '../../src/schedule/past-run.ts'
import { autoLeadMs } from '../../src/schedule/time-needed.ts'
import type { ScheduleTerms } from '../../src/schedule/window.ts'
import { Account } from './account.ts'
import { type Machine, within, type Year } from './year.ts'

/** What a year came to. */
export interface Lived {
  readonly ends: Account['ends']
  /** Runs that cost more than their budget or took the account below its reserve; credits charged to a run after its reset. */
  readonly overspent: number
  readonly intoNewCycle: number
  readonly runs: number
  readonly resumed: number
  /** For each credit that was spent, how long before the reset that was, ms; together. */
  readonly spentEarlyMs: number
  readonly spent: number
}

export type When = 'auto' | '12h' | ScheduleTerms
/** Credits to be left for the daily load from now until the reset; `at`: what was taken later has not been seen yet. */
export type Keep = (
  year: Year,
  moment: { readonly now: number; readonly at: number },
  resetAt: number,
  when: When,
) => number

const STEP_MS = 300_000
const KEEP_MS = 6 * 3_600_000
const STOP_BEFORE_MS = 300_000
const UNIT = 1_000_000 as Credits
const COST = { per: 'match', credits: UNIT, minimum: NO_CREDITS } as const
/** After so long the vendor has certainly dealt with a call. */
const SETTLES_MS = 30_000

/** A run as the database holds it, and the process that works on it. */
interface Work {
  past: PastRun
  reserve: Credits
  budget: Credits
  readonly stopAt: number
  spent: Credits
  unknown: Credits
  /** Since when, epoch ms, nothing of it is unsettled but what is unknown. */
  lostAt: number
  ledger: Ledger | null
  machine: Machine | null
}

/** One account, its machines and its runs, from tick to tick; a run at work goes on in steps of five minutes. */
export function live(year: Year, when: When, keep: Keep): Lived {
  const account = new Account(year)
  const runs: Work[] = []
  let atWork: Work | null = null
  let [overspent, intoNewCycle, resumed, spentEarlyMs, spent] = [0, 0, 0, 0, 0]
  /** What our books have for the balance, and what unknown calls of all runs hold. */
  let expected: number | null = null
  const ticks = year.machines.map((machine) => ({ machine, at: year.beginAt + machine.offsetMs }))
  const endAt = year.resets.at(-1) as number
  let cycle = cycleAt(year.beginAt, year.terms)
  let quietUntil = 0
  /** By a clock that is right: where a machine's clock is ahead, it still knows only what has been taken by then. */
  let trueNow = 0
  let kept = { key: '', credits: NO_CREDITS }

  const held = () => runs.reduce((sum, { unknown }) => sum + unknown, 0) as Credits
  const state = (): AccountState => ({
    expected: expected as Credits | null,
    reported: null,
    reportedAt: null,
    held: held(),
    heldByEnded: held(),
    pace: null,
    foundWith: [],
    doubted: 0 as Credits,
  })
  const opening = () =>
    ({ balance: (account.balance * UNIT) as Credits, watch: 'endpoint', asOf: null, charges: null }) as const

  /** What a run that began now would leave for others; worked out again when somebody has used credits, or after hours. */
  function keptNow(now: number): Credits {
    const used = year.takings.findIndex(({ at }) => at > trueNow)
    const key = `${used} ${Math.floor(now / KEEP_MS)} ${cycle.endAt}`
    if (kept.key !== key)
      kept = { key, credits: (Math.round(keep(year, { now, at: trueNow }, cycle.endAt, when)) * UNIT) as Credits }
    return kept.credits
  }

  function begin(machine: Machine, now: number, slot: number): Work {
    const resetAt = cycleAt(now, year.terms).endAt
    const reserve = keptNow(now)
    const { ledger, budget } = newBooks({ budget: 'remaining', reserve }, opening(), state(), false)
    const id = String(runs.length + 1)
    const nothing = { tried: 0, spent: 0, activeMs: 0, detail: null, endedAt: null, controlRequest: null }
    const common = { id, job: 'j', whole: true, steady: false, reserve, ...nothing }
    const past: PastRun = { ...common, status: 'running', stopReason: null, createdAt: now, resetAt, slot }
    const { stopAt } = deadlineAt(resetAt, STOP_BEFORE_MS, SETTLES_MS)
    const work = {
      past,
      reserve,
      budget: budget ?? NO_CREDITS,
      stopAt,
      spent: NO_CREDITS,
      unknown: NO_CREDITS,
      lostAt: 0,
      ledger,
      machine,
    }
    runs.push(work)
    return work
  }

  function resume(work: Work, machine: Machine, now: number): void {
    const { spent, unknown } = work
    // A resume may keep less for others, never more; what it lets go of is its own.
    const reserve = Math.min(work.reserve, keptNow(now)) as Credits
    const budget = (work.budget + work.reserve - reserve) as Credits
    Object.assign(work, { reserve, budget, past: { ...work.past, reserve } })
    const run = { reserve, spent, unknown, held: unknown, drift: NO_CREDITS } as unknown as Run
    work.ledger = resumedBooks({ run, budget, grows: true, left: NOTHING_LEFT }, opening(), state(), false)
    work.past = { ...work.past, status: 'running', stopReason: null }
    work.machine = machine
    resumed += 1
  }

  function end(work: Work, how: Pick<PastRun, 'status' | 'stopReason'>): void {
    work.past = { ...work.past, ...how }
    work.ledger = null
    work.machine = null
    atWork = null
  }

  /** Five minutes of a run: as many calls as the vendor serves, as far as the books allow. */
  function step(work: Work, from: number, until: number): void {
    const { ledger } = work
    if (ledger === null) return
    const dies = year.random() * 100 < year.killed || within(work.machine?.down ?? [], until)
    let calls = within(year.outages, from) ? 0 : Math.floor((year.perSecond * (until - from)) / 1_000 + year.random())
    if (dies) calls = Math.floor(calls * year.random())
    work.past = { ...work.past, activeMs: work.past.activeMs + until - from }
    // The next reply tells what others have taken meanwhile; only calls in flight just then could not know.
    ledger.report((account.balance * UNIT) as Credits, ledger.belief.ask())
    for (let turns = 0; calls > 0 && turns < 200; turns++) {
      const free = Math.floor(available(ledger, UNIT) / UNIT)
      if (free < 1) {
        if (awaitsReport(ledger, UNIT)) ledger.report((account.balance * UNIT) as Credits, ledger.belief.ask())
        else if (ledger.unsettled > 0 && until >= work.lostAt + SETTLES_MS) settle(ledger)
        else break
        continue
      }
      const now = Math.min(free, calls, Math.max(1, account.balance))
      charge(work, ledger, now)
      spentEarlyMs += now * (work.past.resetAt - until)
      spent += now
      calls -= now
    }
    book(work, ledger)
    if (dies) {
      lose(work, ledger)
      work.ledger = null
      work.machine = null
      atWork = null
      return
    }
    if (available(ledger, UNIT) < UNIT && !awaitsReport(ledger, UNIT) && ledger.unsettled === 0)
      end(work, { status: 'completed', stopReason: 'budget-spent' })
  }

  /** Calls that are answered. */
  function charge(work: Work, ledger: Ledger, calls: number): void {
    const cost = (calls * UNIT) as Credits
    ledger.opened(cost)
    const inFlight = ledger.belief.send(cost)
    account.balance -= calls
    if (account.balance < 0 || account.balance * UNIT < work.reserve) overspent += 1
    if (account.resetAt > work.past.resetAt) intoNewCycle += calls
    ledger.reply(inFlight, cost, null)
    work.past = { ...work.past, tried: work.past.tried + calls, spent: work.past.spent + cost }
  }

  /** The process dies with calls in flight: some of them were charged, and nobody knows. */
  function lose(work: Work, ledger: Ledger): void {
    const open = Math.min(16, Math.floor(available(ledger, UNIT) / UNIT))
    if (open < 1) return
    const wires = Array.from({ length: open }, () => {
      ledger.opened(UNIT)
      return ledger.belief.send(UNIT)
    })
    account.balance -= Math.min(account.balance, Math.floor(year.random() * (open + 1)))
    for (const inFlight of wires) ledger.lose(inFlight)
    work.lostAt = Number.POSITIVE_INFINITY
    book(work, ledger)
  }

  /** All unknown calls at once, by the balance. */
  function settle(ledger: Ledger): void {
    if (ledger.reconcile((account.balance * UNIT) as Credits) === null) return
    for (const other of runs) if (other !== atWork) other.unknown = NO_CREDITS
  }

  function book(work: Work, ledger: Ledger): void {
    work.spent = ledger.spent
    work.unknown = ledger.unknown
    expected = ledger.expected
    if (ledger.budget !== null && ledger.spent > ledger.budget) overspent += 1
  }

  function tick(machine: Machine, at: number): void {
    const now = at + machine.aheadMs
    trueNow = at
    // What is decided by the clock alone is the same until then.
    if (now < quietUntil) return
    if (now < cycle.startAt || now >= cycle.endAt) cycle = cycleAt(now, year.terms)
    const past = runs.map((work) => work.past).reverse()
    const decision = decide({
      now,
      cycle,
      schedule: terms(past),
      stopBeforeMs: STOP_BEFORE_MS,
      runs: past.slice(0, 20),
      busy: atWork === null ? null : 'another',
      ...(past[0]?.status === 'completed' && past[0].resetAt > now ? { room: roomNow(now) } : {}),
    })
    if (decision.kind === 'wait') {
      if (when !== 'auto' && decision.because === 'not-due') quietUntil = decision.until ?? 0
      return
    }
    // What calls of cycles that are over held is not held from the new one.
    for (const work of runs) if (work.past.resetAt <= now) work.unknown = NO_CREDITS
    if (decision.kind === 'start') atWork = begin(machine, now, decision.slot)
    else {
      const work = runs.find(({ past: { id } }) => id === decision.runId) as Work
      resume(work, machine, now)
      work.lostAt = Math.min(work.lostAt, at)
      atWork = work
    }
  }

  function roomNow(now: number) {
    const reserve = keptNow(now)
    return { reserve, spendable: Math.max(0, account.balance * UNIT - reserve - held()) }
  }

  function terms(past: readonly PastRun[]): ScheduleTerms {
    if (when === '12h') return { kind: 'before-reset', beforeResetMs: 12 * 3_600_000 }
    if (when !== 'auto') return when
    const credits = Math.max(0, account.balance * UNIT - held()) as Credits
    const work = {
      credits,
      records: null,
      cost: COST,
      perCall: 1,
      ceilings: {},
      experience: experienceOf(past.slice(0, 20)),
    }
    return { kind: 'auto', neededMs: autoLeadMs(work) }
  }

  for (let now = year.beginAt; now < endAt; ) {
    const next = ticks.reduce((a, b) => (b.at < a.at ? b : a))
    const until: number = atWork === null ? next.at : Math.min(next.at, now + STEP_MS, (atWork as Work).stopAt)
    if (atWork !== null) {
      const work: Work = atWork
      if (until > now) step(work, now, until)
      account.pass(until)
      if (atWork === work && until >= work.stopAt) end(work, { status: 'stopped', stopReason: 'deadline' })
    }
    account.pass(until)
    now = until
    if (now < next.at) continue
    next.at += next.machine.tickMs
    if (!within(next.machine.down, now)) tick(next.machine, now)
  }
  account.pass(endAt)
  return { ends: account.ends, overspent, intoNewCycle, runs: runs.length, resumed, spentEarlyMs, spent }
}
