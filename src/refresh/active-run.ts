import { creditsLeft, maySend } from '../domain/books/may-open.ts'
import { mostOf } from '../domain/credits/cost.ts'
import { NO_CREDITS } from '../domain/credits/credits.ts'
import type { StopReason } from '../domain/run/run.ts'
import { AccountWatch } from './balance/account-watch.ts'
import { CostProof } from './balance/cost-proof.ts'
import { CreditRefusals } from './balance/credit-refusals.ts'
import { OthersFirst } from './balance/others-first.ts'
import { SecondLooks } from './balance/second-looks.ts'
import type { Begun } from './begin/begin-run.ts'
import { CallHealth } from './call/call-health.ts'
import { CallMaker } from './call/call-maker.ts'
import { Dispatcher } from './call/dispatcher.ts'
import { OpenCalls } from './call/open-calls.ts'
import { Poller, type SubmittedCall } from './call/poller.ts'
import { Sender } from './call/sender.ts'
import { SilentPaths } from './classify/silent-paths.ts'
import { Committer } from './commit/committer.ts'
import { FinishedCalls } from './commit/finished-calls.ts'
import { SnapshotTimer } from './commit/snapshot-timer.ts'
import { Totals } from './commit/totals.ts'
import { Warnings } from './commit/warnings.ts'
import { ControlWatch } from './control/control-watch.ts'
import { DeadlineWatch } from './control/deadline-watch.ts'
import { Signal } from './control/signal.ts'
import { Stopping } from './control/stopping.ts'
import type { LeaseKeeper } from './lease/lease-keeper.ts'
import { leavesAlone } from './open/alone.ts'
import { BatchSizes } from './open/batch-size.ts'
import { ConfigFit } from './open/config-fit.ts'
import type { FinishedCall, OpenedCall } from './ports/calls.ts'
import type { RunParts } from './ports/run-parts.ts'
import { CallBooks } from './settle/call-books.ts'
import { Dispositions } from './settle/dispositions.ts'

/** Everything a process needs to start working on a run. */
interface ActiveRunStart extends RunParts, Begun {
  readonly lease: LeaseKeeper
}

/** The state and services of the run in progress. Each step takes what it needs. */
export type ActiveRun = ReturnType<typeof activeRun>

/** Builds the parts of the run in progress, each once, and wires them together. */
export function activeRun(start: ActiveRunStart) {
  const state = stateOf(start)
  const sending = sendingOf(state)
  const { rules, lease, ledger, calls, stopping, control, refusals, committer, finished } = state
  // False while a "no credits left" reply is being weighed, and while a single call probes whether it still holds.
  const isServed = () => refusals.weighed === null && !(refusals.alone && calls.inFlight > 0)
  // What comes back can be committed soon: until then it takes memory.
  const mayCommit = () => !stopping.begun && !committer.isUnreachable && finished.hasRoom(calls.inFlight)
  const dispatcher = new Dispatcher({
    calls,
    send: sending.send,
    poll: sending.poll,
    together: sending.together,
    // A reply may show that the credits of opened calls are gone: no more of them leave while a checkpoint runs.
    mayRun: () => mayCommit() && sending.gate.isOpen && isServed() && (maySend(ledger) || leavesAlone(state)),
    mayPoll: () => (!stopping.begun || stopping.awaitsJobs) && !committer.isUnreachable && lease.sure,
  })
  // This process does not know what the earlier sending was charged; a job may have been submitted twice, too.
  const withEarlier = (sent: readonly OpenedCall[]) =>
    rules.idempotent ? sent.map((call) => ({ earlier: NO_CREDITS, ...call })) : sent
  calls.add(withEarlier(start.left.resend), true)
  calls.addSuspects(withEarlier(start.left.suspects))
  return {
    ...state,
    ...sending,
    dispatcher,
    /** False: no call may be opened, whatever the credits allow. */
    get mayOpen(): boolean {
      return !stopping.begun && !control.paused && refusals.weighed === null
    },
  }
}

/** The run's in-memory state, and the watches that follow the account, the deadline and control requests. */
function stateOf(start: ActiveRunStart) {
  const { clock, run, rules, ledger, pace, drainMs, log } = start
  const changes = new Signal(clock)
  const onChange = () => changes.notify()
  const calls = new OpenCalls(clock, rules.async?.pollMany ? rules.async.everyMs : null)
  const stopping = new Stopping({ clock, rules, drainMs, calls, onStop: onChange })
  const stop = (reason: StopReason, detail: string | null = null) => stopping.stop(reason, detail)
  // The most that a call for one record can cost: the smallest reservation.
  const minCallCost = mostOf(rules.cost, 1)
  const creditsChanged = () => {
    pace.setCredits(creditsLeft(ledger, minCallCost))
    changes.notify()
  }
  return {
    ...start,
    deadline: new DeadlineWatch(start.deadline, clock),
    changes,
    calls,
    stopping,
    stop,
    minCallCost,
    creditsChanged,
    finished: new FinishedCalls({ left: start.left.finished, isAsync: rules.async !== null, onAdd: onChange }),
    totals: new Totals(run, clock),
    warnings: new Warnings(run.warnings, log),
    batchSizes: new BatchSizes(rules.bulk?.maxRecords ?? 1),
    refusals: new CreditRefusals(),
    looks: new SecondLooks(),
    othersFirst: new OthersFirst(rules, ledger, log),
    costProof: costProofOf(start),
    snapshots: new SnapshotTimer(),
    committer: new Committer({ ...start, runId: run.id, stopping: () => stopping.begun }),
    account: new AccountWatch({ ...start, onChange: creditsChanged }),
    control: new ControlWatch({ ...start, runNo: run.no, onStop: (why) => stop('interrupted', why), onChange }),
  }
}

type State = ReturnType<typeof stateOf>

/** A new run whose account is known to the credit proves what calls cost. */
function costProofOf({ run, rules, ledger, opening, clock }: ActiveRunStart): CostProof {
  const isKnown = run.calls.sent === 0 && ledger.doubtful === 0 && opening.balance !== null
  if (!isKnown || !CostProof.applies(rules)) return new CostProof(null)
  return new CostProof({ balance: opening.balance, spent: ledger.spent, at: clock.monotonic() })
}

/** Whether the lease, the deadline and control requests allow sending. Once shut, it stays shut. */
function gateOf({ lease, deadline, control }: State) {
  let isShut = false
  return {
    get isOpen(): boolean {
      return !isShut && lease.sure && !deadline.passed && !control.paused
    },
    /** From now on nothing is sent, not even calls that are already waiting for their turn. */
    shut(): void {
      isShut = true
    },
  }
}

/** What sends calls, and books what comes back. */
function sendingOf(state: State) {
  const { run, rules } = state
  const finished = (call: FinishedCall) => state.finished.add(call)
  const gate = gateOf(state)
  const health = new CallHealth(state)
  const maker = new CallMaker({ ...state, runId: run.id, mayGo: () => gate.isOpen })
  const fit = fitOf(state, maker)
  const silentPaths = new SilentPaths(state.warnings)
  const dispositions = new Dispositions({ ...state, fit, silentPaths, finished })
  const books = new CallBooks({ ...state, dispositions })
  const sentBefore = run.calls.sent > 0
  const sender = new Sender({ ...state, finished, maker, health, dispositions, books, sentBefore })
  const poller = rules.async === null ? null : new Poller({ ...state, async: rules.async, maker, books })
  const send = (call: OpenedCall, again: boolean) => sender.send(call, again)
  // Only calls that the vendor has taken as jobs get here; without `async` in the config they are sent again.
  const poll = (calls: readonly OpenedCall[]) =>
    poller?.poll(calls as readonly SubmittedCall[]) ?? Promise.all(calls.map((call) => sender.send(call, true)))
  const together: Poller['together'] = (first, waiting) => poller?.together(first, waiting) ?? []
  return { gate, health, maker, books, fit, send, poll, together }
}

/** Whether the config fits the vendor, as far as the run has seen. */
function fitOf({ run, rules, foundWith, log, left }: State, maker: CallMaker) {
  const { refreshed, superseded, notFound, failed } = run.items
  const proven = run.canaryDone || refreshed + superseded > 0
  const useless = proven ? 0 : Math.min(failed, Math.ceil(run.spent / Math.max(1, mostOf(rules.cost, 1))))
  const start = { proven, useless, missed: notFound + failed - useless }
  const fit = new ConfigFit({ start, foundWith, fingerprint: () => maker.fingerprint, log })
  for (const { items } of [...left.resend, ...left.suspects]) for (const { item } of items) fit.opened(item.seq)
  return fit
}
