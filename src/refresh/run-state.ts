import type { Clock } from '../domain/clock.ts'
import { mostOf } from '../domain/cost.ts'
import { type Credits, least, minus, most } from '../domain/credits.ts'
import type { Ledger } from '../domain/ledger.ts'
import { type Ending, ending, type Run, type StopReason } from '../domain/run.ts'
import { AccountWatch } from './account-watch.ts'
import { CallMaker } from './call-maker.ts'
import { CallsInFlight } from './calls-in-flight.ts'
import { Canary } from './canary.ts'
import { Committer } from './committer.ts'
import type { Emit } from './events.ts'
import type { LeaseKeeper } from './lease-keeper.ts'
import type { Flow } from './lookahead.ts'
import type { Journal } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import type { Pace } from './ports/pace.ts'
import type { FinishedCall, OpenedCall, RunStore, Selection } from './ports/store.ts'
import type { MapData, VendorClient, VendorRules } from './ports/vendor.ts'
import { Sender } from './sender.ts'
import type { CoolDown } from './settlement.ts'
import { Signal } from './signal.ts'
import { Slices } from './slices.ts'
import { Totals } from './totals.ts'
import { Validity } from './validity.ts'
import type { WorkList } from './work-list.ts'

export interface RunStateParts {
  readonly run: Run
  readonly selection: Selection
  /** The most records that the run may select; null: as many as its credits reach. */
  readonly limit: number | null
  readonly ledger: Ledger
  readonly work: WorkList
  /** Calls of the process before, to be sent again under their idempotency keys. */
  readonly resend: readonly OpenedCall[]
  /** What the process before left to be committed first: lost calls, and replies from its journal. */
  readonly left: readonly FinishedCall[]
  /** When the vendor has certainly dealt with every call that is unknown, epoch ms. */
  readonly settledBy: number
  readonly store: RunStore
  readonly vendor: VendorClient
  readonly rules: VendorRules
  readonly map: MapData
  readonly pace: Pace
  readonly lease: LeaseKeeper
  readonly journal: Journal
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly emit: Emit
  readonly coolDown: CoolDown
  readonly hide: (text: string) => string
  readonly unavailableForMs: number
  /** How long a stop waits for calls on the wire, ms. */
  readonly drainMs: number
}

/** How often a process looks around when nothing wakes it, ms. */
export const LOOK_AROUND_MS = 1_000

/** What one process holds of a run while it works on it: the parts, wired to each other. */
export class RunState {
  readonly parts: RunStateParts
  readonly changes: Signal
  /** The most that a call for one record costs: the least that a call can be opened for. */
  readonly unit: Credits
  readonly slices: Slices
  readonly calls: CallsInFlight
  readonly canary: Canary
  readonly totals: Totals
  readonly committer: Committer
  readonly account: AccountWatch
  readonly sender: Sender
  readonly #beganAt: number
  #finished: FinishedCall[]
  #stopping: { readonly how: Ending; readonly since: number } | null = null

  constructor(parts: RunStateParts) {
    const { clock, run, rules } = parts
    this.parts = parts
    this.changes = new Signal(clock)
    this.unit = mostOf(rules.cost, 1)
    this.slices = new Slices(rules.bulk?.maxRecords ?? 1)
    this.canary = new Canary(run.canaryDone)
    this.totals = new Totals(run)
    this.#beganAt = clock.monotonic()
    this.#finished = [...parts.left]
    this.committer = new Committer({ ...parts, runId: run.id, stopping: () => this.#stopping !== null })
    this.account = new AccountWatch({ ...parts, onChange: () => this.creditsChanged() })
    this.sender = this.#newSender()
    const mayRun = () => this.#stopping === null && !this.committer.away && parts.lease.sure
    const send = (call: OpenedCall, again: boolean) => this.sender.send(call, again)
    this.calls = new CallsInFlight({ clock, send, mayRun })
    this.calls.add(parts.resend, true)
  }

  /** The run as of the last checkpoint. */
  get run(): Run {
    return this.totals.run
  }

  /** Set once the run is being stopped; `since` is monotonic. */
  get stopping(): { readonly how: Ending; readonly since: number } | null {
    return this.#stopping
  }

  /** No new calls; those on the wire finish. The first reason counts. */
  stop(reason: StopReason, detail: string | null = null): void {
    this.#stopping ??= { how: ending(reason, detail), since: this.parts.clock.monotonic() }
    this.changes.notify()
  }

  /** Outcomes that wait for the next checkpoint. */
  get finished(): readonly FinishedCall[] {
    return this.#finished
  }

  finish(call: FinishedCall): void {
    this.#finished.push(call)
    this.changes.notify()
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
    if (left === null) return most(this.unit, open)
    const spendable = ledger.spendable
    const free = spendable === null ? left : least(left, spendable)
    return (free + open) as Credits
  }

  creditsChanged(): void {
    this.parts.pace.setCredits(this.creditsLeft)
    this.changes.notify()
  }

  #newSender(): Sender {
    const parts = this.parts
    const maker = new CallMaker({ ...parts, runId: parts.run.id })
    const { totals, canary, account, slices } = this
    const rest = {
      totals,
      canary,
      account,
      slices,
      validity: new Validity(parts.log),
      calls: () => this.calls,
      finished: (call: FinishedCall) => this.finish(call),
    }
    const stop = (reason: StopReason, detail: string) => this.stop(reason, detail)
    return new Sender({ ...parts, ...rest, maker, stop }, parts.settledBy)
  }
}
