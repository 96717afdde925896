import { mostOf } from '../domain/cost.ts'
import { type Credits, least, minus, most, NO_CREDITS } from '../domain/credits.ts'
import { type Ending, ending, type Run, type StopReason } from '../domain/run.ts'
import { AccountWatch } from './balance/account-watch.ts'
import { CreditRefusals } from './balance/credit-refusals.ts'
import { SecondLooks } from './balance/second-looks.ts'
import { CallMaker } from './call/call-maker.ts'
import { CallsInFlight, type Send } from './call/calls-in-flight.ts'
import { Poller } from './call/poller.ts'
import { Sender } from './call/sender.ts'
import { Validity } from './classify/validity.ts'
import { Committer } from './commit/committer.ts'
import { SnapshotTimer } from './commit/snapshot-timer.ts'
import { WishWatch } from './control/control-watch.ts'
import { DeadlineWatch } from './control/deadline-watch.ts'
import { BatchSizes } from './open/batch-size.ts'
import { Canary } from './open/canary.ts'
import type { Flow } from './open/lookahead.ts'
import type { FinishedCall, OpenedCall } from './ports/calls.ts'
import type { RunStateParts } from './run-state-parts.ts'
import { Signal } from './signal.ts'
import { Totals } from './totals.ts'

/** How often a process looks around when nothing wakes it, ms. */
export const STEP_MS = 1_000
/** A call that runs into its timeout comes back a little later, ms. */
const DRAIN_MORE_MS = 1_000

/** What one process holds of a run while it works on it: the parts, wired to each other. */
export class RunState {
  readonly parts: RunStateParts
  readonly changes: Signal
  /** The most that a call for one record costs: the least that a call can be opened for. */
  readonly minCallCost: Credits
  readonly batchSizes: BatchSizes
  readonly calls: CallsInFlight
  readonly canary: Canary
  readonly totals: Totals
  readonly committer: Committer
  readonly account: AccountWatch
  readonly maker: CallMaker
  readonly sender: Sender
  readonly deadline: DeadlineWatch
  readonly wishes: WishWatch
  readonly refusals = new CreditRefusals()
  readonly looks = new SecondLooks()
  readonly snapshots = new SnapshotTimer()
  readonly #beganAt: number
  readonly #finished: FinishedCall[]
  #stopping: { readonly how: Ending; readonly since: number } | null = null
  #over = false

  constructor(parts: RunStateParts) {
    const { clock, run, rules } = parts
    this.parts = parts
    this.changes = new Signal(clock)
    this.deadline = new DeadlineWatch(parts.deadline, clock)
    this.minCallCost = mostOf(rules.cost, 1)
    this.batchSizes = new BatchSizes(rules.bulk?.maxRecords ?? 1)
    this.canary = new Canary(run.canaryDone)
    this.totals = new Totals(run)
    this.#beganAt = clock.monotonic()
    this.#finished = [...parts.left]
    this.committer = new Committer({ ...parts, runId: run.id, stopping: () => this.#stopping !== null })
    this.account = new AccountWatch({ ...parts, onChange: () => this.creditsChanged() })
    const onStop = (why: string) => this.stop('interrupted', why)
    const onChange = () => this.changes.notify()
    this.wishes = new WishWatch({ ...parts, runNo: run.no, onStop, onChange })
    this.maker = new CallMaker({ ...parts, runId: run.id, mayGo: () => this.#maySend })
    this.sender = this.#newSender()
    const mayRun = () => this.#stopping === null && !this.committer.away && this.#maySend && this.#creditsAreThere
    const mayPoll = () => (this.#stopping === null || this.awaitsJobs) && !this.committer.away && parts.lease.sure
    const send = this.#send()
    this.calls = new CallsInFlight({ clock, send, mayRun, mayPoll })
    // What an earlier sending was said to cost, nobody here knows; a job of the vendor's may have been submitted twice too.
    const again = (calls: readonly OpenedCall[]) =>
      rules.idempotent ? calls.map((call) => ({ earlier: NO_CREDITS, ...call })) : calls
    this.calls.add(again(parts.resend), true)
    this.calls.addSuspects(again(parts.suspects))
  }

  /** The run as of the last checkpoint. */
  get run(): Run {
    return this.totals.run
  }

  /** Set once the run is being stopped; `since` is monotonic. */
  get stopping(): { readonly how: Ending; readonly since: number } | null {
    return this.#stopping
  }

  /**
   * No new calls; those on the wire finish. The first reason counts; but a run that has spent what it could, and only
   * waits for the vendor's jobs, may be stopped before they are done: the next process waits on.
   */
  stop(reason: StopReason, detail: string | null = null): void {
    const how = ending(reason, detail)
    const sooner = this.awaitsJobs && how.status === 'stopped' && reason !== 'deadline'
    // Only the first is news: who is told each turn would never wait, and starve the replies that it waits for.
    if (this.#stopping !== null && !sooner) return
    this.#stopping = { how, since: this.parts.clock.monotonic() }
    this.changes.notify()
  }

  /**
   * The run has come to its end but for the vendor's jobs: no process after this one would ask what came of them, or
   * not in this cycle.
   */
  get awaitsJobs(): boolean {
    const how = this.#stopping?.how
    return (how?.status === 'completed' || how?.stopReason === 'deadline') && this.calls.jobs > 0
  }

  /** How the run ends, once it has drained: one that needs a person can go on later if the vendor has jobs of it. */
  get ending(): Ending | null {
    const how = this.#stopping?.how ?? null
    return how?.status === 'failed' && this.calls.jobs > 0 ? { ...how, status: 'stopped' } : how
  }

  /** Outcomes that wait for the next checkpoint. */
  get finished(): readonly FinishedCall[] {
    return this.#finished
  }

  finish(call: FinishedCall): void {
    // A checkpoint takes a call once: what its job came to says more than that it is one.
    const before = this.parts.rules.async === null ? -1 : this.#finished.findIndex(({ n }) => n === call.n)
    if (before < 0) this.#finished.push(call)
    else this.#finished[before] = call
    this.changes.notify()
  }

  /** The vendor has named jobs that the database does not know of. */
  get newJobs(): boolean {
    return this.parts.rules.async !== null && this.#finished.some(({ state }) => state === 'submitted')
  }

  /** The outcomes that wait; they are the next checkpoint's. */
  takeFinished(): FinishedCall[] {
    return this.#finished.splice(0)
  }

  /** Time that processes have worked on the run, ms. */
  activeMs(): number {
    return this.parts.run.activeMs + this.parts.clock.monotonic() - this.#beganAt
  }

  get flow(): Flow {
    const { concurrency, ceiling, spacingMs } = this.parts.pace
    const { unsent, total } = this.calls
    const latencyMs = this.sender.latencyMs
    return { concurrency, ceiling, spacingMs, latencyMs, commitMs: this.committer.takesMs, unsent, inFlight: total }
  }

  /** What the run may still spend, calls in flight included. */
  get creditsLeft(): Credits {
    const { ledger } = this.parts
    const open = minus(ledger.held, ledger.unknown)
    const left = ledger.budgetLeft
    if (left === null) return most(this.minCallCost, open)
    const spendable = ledger.spendable
    const free = spendable === null ? left : least(left, spendable)
    return (free + open) as Credits
  }

  /** Nothing goes out any more, whatever it has waited for. */
  endSending(): void {
    this.#over = true
  }

  /** The lease is ours, the reset is far enough, and nobody has asked for a pause. */
  get #maySend(): boolean {
    return !this.#over && this.parts.lease.sure && !this.deadline.passed && !this.wishes.paused
  }

  /** The vendor has not said that no credits are left; or one call alone tries whether that is so. */
  get #creditsAreThere(): boolean {
    return this.refusals.weighed === null && !(this.refusals.alone && this.calls.onTheWire > 0)
  }

  /** How long a stop waits for calls on the wire, ms: before the reset, as long as any call can need. */
  get drainMs(): number {
    const { drainMs, rules } = this.parts
    return this.#stopping?.how.stopReason === 'deadline' ? Math.max(drainMs, rules.timeoutMs + DRAIN_MORE_MS) : drainMs
  }

  creditsChanged(): void {
    this.parts.pace.setCredits(this.creditsLeft)
    this.changes.notify()
  }

  #newSender(): Sender {
    const parts = this.parts
    const { maker, totals, canary, account, batchSizes, refusals } = this
    const rest = {
      totals,
      canary,
      account,
      batchSizes,
      refusals,
      validity: new Validity(parts.log),
      calls: () => this.calls,
      finished: (call: FinishedCall) => this.finish(call),
    }
    const stop = (reason: StopReason, detail: string) => this.stop(reason, detail)
    return new Sender({ ...parts, ...rest, maker, stop }, parts.resolvableAt)
  }

  /** A call of which the vendor has made a job is asked after; any other is sent. */
  #send(): Send {
    const { parts, sender, maker } = this
    const { async } = parts.rules
    if (async === null) return (call, again) => sender.send(call, again)
    const stop = (reason: StopReason, detail: string) => this.stop(reason, detail)
    const poller = new Poller({ ...parts, async, sender, maker, stop, calls: () => this.calls })
    return (call, again) => {
      const { vendorJob } = call
      return vendorJob === undefined ? sender.send(call, again) : poller.poll({ ...call, vendorJob })
    }
  }
}
