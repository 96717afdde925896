import { awaitsReport, isHeldElsewhere, keepsOff, mayHaveMore } from '../domain/books/may-open.ts'
import { type Ending, ending } from '../domain/run/run.ts'
import type { ActiveRun } from './active-run.ts'
import { forNewCalls, resolvableAt, waitsForUnknown } from './balance/allowance.ts'
import { askForBalance, askOnceMore, keepsResends, proveCost } from './balance/ask-again.ts'
import { weighRefusal } from './balance/weigh-refusal.ts'
import { dispatch } from './call/dispatch.ts'
import { settledOrHungUp } from './call/hang-up.ts'
import { checkpoint } from './commit/checkpoint.ts'
import { STEP_MS } from './control/signal.ts'
import { type Idle, type NextStep, nextStep, type Situation } from './next-step.ts'
import { flowOf, GATHER_LOOK_MS, GATHER_MS, starving } from './open/lookahead.ts'
import { canOpen, planCalls } from './open/plan-calls.ts'
import { loseResends, withdrawCalls } from './open/withdraw-calls.ts'
import { nothingSelectable, selectMore, wantsItems } from './select/select-items.ts'
import { reconcile } from './settle/reconcile.ts'

/**
 * One process's work on a run: select records, open calls for them, dispatch these, classify the replies, commit them.
 * Only this loop commits; calls report to it. Resolves when the run ends or must stop. Throws what broke it, such as
 * DatabaseGoneError or LeaseLostError.
 */
export async function workOn(run: ActiveRun): Promise<Ending> {
  run.creditsChanged()
  run.control.start()
  try {
    for (;;) {
      if (run.lease.lost !== null) throw run.lease.lost
      await dispatch(run)
      const how = await take(nextStep(situationOf(run)), run)
      if (how !== null) return how
    }
  } catch (error) {
    await keepWhatIsPaid(run)
    throw error
  } finally {
    run.control.end()
    await settleOrHangUp(run)
  }
}

/** Takes a step. Resolves to how the run ends; null: it continues. */
async function take(step: NextStep, run: ActiveRun): Promise<Ending | null> {
  switch (step.do) {
    case 'select':
      await selectMore(run)
      return null
    case 'checkpoint':
      await gather(run)
      await checkpoint(run, planCalls(run))
      return null
    case 'wait':
      await run.changes.wait(step.atMostMs ?? untilNextMs(run))
      return null
    case 'stop':
      run.stop(step.reason, step.detail)
      return null
    case 'stop-for-misfit':
      run.stopping.stopForMisfit(step.detail)
      return null
    case 'weigh-refusal':
      await weighRefusal(run)
      return null
    case 'ask-for-balance':
      await askForBalance(run)
      return null
    case 'ask-once-more':
      await askOnceMore(run)
      return null
    case 'prove-cost':
      if (await proveCost(run)) await checkpoint(run, [])
      return null
    case 'lose-resends':
      loseResends(run)
      return null
    case 'settle-others-first':
      await reconcile(run)
      run.othersFirst.done()
      return null
    case 'reconcile':
      return (await reconcile(run)) ? null : take(step.otherwise, run)
    case 'look-for-records':
      return (await nothingSelectable(run)) ? ending('all-refreshed') : step.ifThereAre
    case 'end':
      return step.how
  }
}

const KEPT = 'The paid replies are kept: once the config is mended, `spenddown replay` maps them again without a call'

function situationOf(run: ActiveRun): Situation {
  const { stopping, calls, finished, rules, account, deadline, control, refusals, fit, keep, costProof, clock } = run
  const how = stopping.ending
  // One instant for all: what may be opened once unknown calls can be settled must not be missed between two readings.
  const now = clock.monotonic()
  return {
    stopping: how && { how, awaitsJobs: stopping.awaitsJobs, drained: isDrained(run) },
    failingForMs: failingForMs(run),
    unhealthyAfterMs: rules.unhealthyAfterMs,
    misfit: costProof.wrong ?? (fit.wrong !== null && keep !== null ? `${fit.wrong}. ${KEPT}` : fit.wrong),
    balanceRefused: account.refused,
    deadline: deadline.passed ? deadline.why : null,
    isPaused: control.paused,
    isRefused: refusals.weighed !== null,
    finished: finished.count,
    canOpen: canOpen(run, now),
    canSelect: !stopping.begun && wantsItems(run, now),
    resends: stopping.begun ? calls.resends : 0,
    doubtsBalance: keepsResends(run),
    inFlight: calls.inFlight,
    idle: calls.total === 0 ? idleOf(run, now) : null,
  }
}

function idleOf(run: ActiveRun, now: number): Idle {
  const { totals, work, spec, ledger, minCallCost, looks, rules, calls, account, costProof } = run
  const { selected, duplicates, selectedAll } = totals.run
  const isWorkLeft = totals.untried > 0 || work.size > 0
  const isLimitReached = spec.limit !== null && selected + duplicates >= spec.limit
  const allowance = forNewCalls(run, now)
  const isLast = allowance < minCallCost || (!isWorkLeft && (selectedAll || isLimitReached))
  return {
    isWorkLeft,
    selectedAll,
    isLimitReached,
    allowance,
    minCallCost,
    awaitsBalance: awaitsReport(ledger, minCallCost),
    mayAskAgain:
      rules.balance !== null && mayHaveMore(ledger, minCallCost) && looks.waitMs(now, calls.sentEver) !== null,
    balanceFailingForMs: account.failingForMs(),
    provesCostInMs: costProof.waitMs(now, ledger.spent, isLast),
    othersFirst: run.othersFirst.isDue,
    unknown: unknownOf(run, now),
    settlesBeforeEnd: settlesBeforeEnd(run),
    keepsOff: keepsOff(ledger, minCallCost),
    isHeldElsewhere: isHeldElsewhere(ledger, minCallCost),
    budgetLeft: ledger.budgetLeft,
    spendable: ledger.spendable,
  }
}

/** Jobs of the vendor are not waited for, since they may take hours. */
function settlesBeforeEnd({ ledger, rules }: ActiveRun): boolean {
  return rules.async === null && ledger.unknown > 0 && ledger.staysElsewhere > 0 && ledger.belief.knowsKept
}

/** The unknown calls, if a balance can show what they cost. */
function unknownOf(run: ActiveRun, now: number): Idle['unknown'] {
  const { ledger, rules, account } = run
  const isObservable = rules.balance !== null || (rules.remaining !== null && ledger.expected !== null)
  if (ledger.unsettled === 0 || !isObservable) return null
  const askableAt = rules.balance === null ? 0 : account.notBefore
  const resolvableInMs = Math.max(resolvableAt(run), askableAt) - now
  return { resolvableInMs, isWaitedFor: waitsForUnknown(ledger) }
}

/** How long the vendor has been failing, ms. A paused run sends nothing, so the time of a pause does not count. */
function failingForMs({ pace, control }: ActiveRun): number {
  if (control.paused) return 0
  return Math.min(pace.failingForMs(), control.goesOnForMs ?? Number.POSITIVE_INFINITY)
}

/**
 * True if all calls in flight have returned and are committed, or the time to wait for them has passed. A run that has
 * ended otherwise waits for every job that it has paid for.
 */
function isDrained({ finished, stopping, calls }: ActiveRun): boolean {
  if (finished.count > 0 || stopping.awaitsJobs) return false
  return calls.inFlight === 0 || stopping.leftMs < 0
}

/** Group commit: waits for more finished calls while slots have work. A newly submitted job is committed at once. */
async function gather(run: ActiveRun): Promise<void> {
  const { clock, stopping, finished } = run
  const until = clock.monotonic() + GATHER_MS
  while (!stopping.begun && !starving(flowOf(run)) && !finished.newJobs) {
    const left = until - clock.monotonic()
    if (left <= 0) return
    // Waking up for each finished call would cost more than gathering saves.
    await clock.sleep(Math.min(left, GATHER_LOOK_MS))
  }
}

function untilNextMs({ clock, work, pace, calls }: ActiveRun): number {
  const now = clock.monotonic()
  const inMs = (at: number | null) => (at === null ? STEP_MS : at - now)
  const waits = [inMs(work.nextDueAt), pace.pausedForMs].filter((ms) => ms > 0)
  // Calls that are due are sent in the next step, so this never causes a busy loop.
  return Math.min(STEP_MS, Math.max(0, inMs(calls.nextDueAt)), ...waits)
}

/** After an error: sends no more calls, waits for those in flight, since they are paid for, and writes all to the journal. */
async function keepWhatIsPaid(run: ActiveRun): Promise<void> {
  const { clock, calls, changes, committer, finished, log, drainMs } = run
  run.stop('error')
  withdrawCalls(run)
  const since = clock.monotonic()
  while (calls.inFlight > 0 && clock.monotonic() - since < drainMs) await changes.wait(STEP_MS)
  const file = await committer.keep(finished.take())
  if (file !== null) log.warn({ file }, 'replies that were paid for are kept in a journal')
}

/** Waits for requests in flight as long as the stop allows, then closes the connections. */
async function settleOrHangUp(run: ActiveRun): Promise<void> {
  const { calls, account, pace, stopping, gate, rules, log } = run
  const underWay = Promise.all([account.settled(), pace.idle()])
  gate.shut()
  const { inFlight } = calls
  if (!(await settledOrHungUp(underWay, stopping.isHasty ? stopping.leftMs : rules.timeoutMs, run))) return
  if (inFlight > 0) log.warn({ inFlight }, 'stopped waiting for calls in flight: what they cost is unknown')
}
