import type { Clock } from '../domain/clock.ts'
import { type Credits, fits, least, minus, NO_CREDITS } from '../domain/credits.ts'
import type { Ledger } from '../domain/ledger.ts'
import { type Ending, ending, type Run, type StopReason, summarize } from '../domain/run.ts'
import { AccountWatch } from './account-watch.ts'
import { CallMaker } from './call-maker.ts'
import { CallsInFlight } from './calls-in-flight.ts'
import { Canary } from './canary.ts'
import { Committer } from './committer.ts'
import type { Emit } from './events.ts'
import type { LeaseKeeper } from './lease-keeper.ts'
import { type Flow, GATHER_MS, opensNow, starving } from './lookahead.ts'
import type { Journal } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import type { Pace } from './ports/pace.ts'
import type { FinishedCall, OpenedCall, RunStore, Selection } from './ports/store.ts'
import type { MapData, VendorClient, VendorRules } from './ports/vendor.ts'
import { Sender } from './sender.ts'
import { type CoolDown, released } from './settlement.ts'
import { Signal } from './signal.ts'
import { Totals } from './totals.ts'
import type { WorkList } from './work-list.ts'

export interface ExecutionParts {
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
  readonly reservation: Credits
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
  readonly unavailableForMs: number
  /** How long a stop waits for calls on the wire, ms. */
  readonly drainMs: number
}

/** How often the loop looks around when nothing wakes it, ms. */
const LOOK_AROUND_MS = 1_000

/**
 * One process's work on a run. The loop is the only one that commits; calls report to it. Every turn: commit what
 * has finished and open the next calls; when nothing is in flight, see why, and end or go on.
 */
export class Execution {
  readonly #parts: ExecutionParts
  readonly #changes: Signal
  readonly #calls: CallsInFlight
  readonly #canary: Canary
  readonly #totals: Totals
  readonly #committer: Committer
  readonly #account: AccountWatch
  readonly #sender: Sender
  readonly #beganAt: number
  #finished: FinishedCall[] = []
  #stopping: { readonly how: Ending; readonly since: number } | null = null

  constructor(parts: ExecutionParts) {
    const { clock, run, reservation } = parts
    this.#parts = parts
    this.#changes = new Signal(clock)
    this.#canary = new Canary(run.canaryDone)
    this.#totals = new Totals(run)
    this.#beganAt = clock.monotonic()
    this.#committer = new Committer({ ...parts, runId: run.id, stopping: () => this.#stopping !== null })
    this.#account = new AccountWatch({ ...parts, onChange: () => this.#creditsChanged() })
    const mayRun = () => this.#stopping === null && !this.#committer.away && parts.lease.sure
    this.#sender = this.#newSender()
    this.#calls = new CallsInFlight({ reservation, clock, send: (call, again) => this.#sender.send(call, again), mayRun })
    this.#calls.add(parts.resend, true)
    this.#finished = [...parts.left]
  }

  /** The run as of the last checkpoint. */
  get run(): Run {
    return this.#totals.run
  }

  /** No new calls; those on the wire finish. The first reason counts. */
  stop(reason: StopReason, detail: string | null = null): void {
    this.#stopping ??= { how: ending(reason, detail), since: this.#parts.clock.monotonic() }
    this.#changes.notify()
  }

  /** Works on the run until it ends or must stop. Throws what stopped it, where that is not for the run to say. */
  async execute(): Promise<Ending> {
    this.#creditsChanged()
    try {
      return await this.#loop()
    } catch (error) {
      return await this.#broken(error)
    } finally {
      await this.#parts.pace.idle()
    }
  }

  /** Commits a last write of the run, with the patience of a checkpoint. */
  persist<T>(write: () => Promise<T>): Promise<T> {
    return this.#committer.persist([], write)
  }

  activeMs(): number {
    return this.#parts.run.activeMs + this.#parts.clock.monotonic() - this.#beganAt
  }

  async #loop(): Promise<Ending> {
    for (;;) {
      if (this.#parts.lease.lost !== null) throw this.#parts.lease.lost
      this.#lookAround()
      if (await this.#commitSome()) continue
      const stopping = this.#stopping
      if (stopping !== null && this.#drained(stopping.since)) return stopping.how
      if (stopping === null && this.#calls.total === 0) {
        const how = await this.#whenQuiet()
        if (how !== null) return how
        continue
      }
      await this.#changes.wait(this.#untilNext())
    }
  }

  /** Sends what may be sent, takes back what may not, and notices a vendor that does nothing but fail. */
  #lookAround(): void {
    const { pace, rules, clock } = this.#parts
    this.#calls.wakeDue()
    this.#withdraw()
    if (pace.failingForMs(clock.now()) >= rules.unhealthyAfterMs) {
      this.stop('vendor-unhealthy', `nothing but failures for ${Math.round(rules.unhealthyAfterMs / 60_000)} min`)
    }
    if (this.#stopping !== null) return
    if (this.#account.refused !== null) return this.stop('error', this.#account.refused)
    this.#account.askIfWanted()
    if (this.#calls.onTheWire === 0) this.#parts.pace.setCredits(this.#creditsLeft())
    pace.pump(this.#calls)
  }

  /** Calls that may not go out any more are released: the run stops, or others have spent what was meant for them. */
  #withdraw(): void {
    const { ledger, work } = this.#parts
    while (this.#calls.unsent > 0 && (this.#stopping !== null || !ledger.maySend())) {
      const [call] = this.#calls.withdraw(1)
      if (call === undefined) return
      ledger.release(call.reservation)
      this.#canary.returned()
      work.putFront(call.item)
      this.#finished.push(released(call, null, null))
    }
  }

  /** Commits what has finished and opens the next calls. False if there was nothing to do. */
  async #commitSome(): Promise<boolean> {
    if (this.#finished.length === 0 && this.#toOpen() === 0) {
      if (!this.#wantsItems()) return false
      await this.#selectMore()
      return true
    }
    await this.#gather()
    await this.#checkpoint(this.#toOpen())
    return true
  }

  /** Group commit: finished calls gather while slots have work. */
  async #gather(): Promise<void> {
    const { clock } = this.#parts
    const until = clock.monotonic() + GATHER_MS
    while (this.#stopping === null && !starving(this.#flow())) {
      const left = until - clock.monotonic()
      if (left <= 0) return
      await this.#changes.wait(left)
    }
  }

  async #checkpoint(count: number): Promise<void> {
    const { ledger, work, reservation, clock, coolDown } = this.#parts
    const { run } = this.#totals
    const now = clock.now()
    const finished = this.#finished.splice(0)
    const calls = this.#totals.takeCalls()
    const reported = this.#account.reported
    const budget = ledger.budget ?? run.budget
    const result = await this.#committer.commit({
      runNo: run.no,
      after: run.checkpoint,
      lastCall: run.lastCall,
      finished,
      open: { count, reservation, again: work.take(count, now, run.cursor < run.selected) },
      calls,
      account: { expected: ledger.expected, reported: reported?.balance ?? null, reportedAt: reported?.at ?? null },
      budget,
      canaryDone: this.#canary.done,
      activeMs: this.activeMs(),
      coolDownIfRejected: now + coolDown.failedMs,
    })
    if (run.checkpoint === this.#parts.run.checkpoint) await this.#parts.journal.remove(run.id)
    for (const call of result.opened) ledger.open(call.reservation)
    this.#canary.opened(result.opened.length)
    this.#canary.committed(result.items)
    const committed = [...result.items, ...result.skipped]
    this.#totals.committed(committed.map(({ end }) => end), calls, {
      cursor: result.cursor,
      lastCall: result.lastCall,
      budget,
      spent: ledger.spent,
      held: ledger.held,
      unknown: ledger.unknown,
      balance: ledger.expected,
      canaryDone: this.#canary.done,
      activeMs: this.activeMs(),
    })
    this.#calls.add(result.opened)
    this.#tell(committed)
  }

  #tell(committed: readonly { key: string; end: FinishedCall['item']['end']; reason: string | null }[]): void {
    const { emit, pace, log } = this.#parts
    for (const { key, end, reason } of committed) if (end !== null) emit({ type: 'item', key, outcome: end, reason })
    const onTheWire = this.#calls.onTheWire
    const { concurrency, pausedUntil } = pace
    const snapshot = { concurrency, pausedUntil, onTheWire, latencyMs: this.#sender.latencyMs }
    emit({ type: 'progress', summary: summarize(this.run), pace: snapshot })
    const commitMs = Math.round(this.#committer.takesMs)
    log.debug({ items: committed.length, waiting: this.#calls.unsent, onTheWire, commitMs }, 'checkpoint')
  }

  #flow(): Flow {
    const { concurrency, spacingMs } = this.#parts.pace
    const commitMs = this.#committer.takesMs
    const { unsent, total } = this.#calls
    return { concurrency, spacingMs, latencyMs: this.#sender.latencyMs, commitMs, unsent, inFlight: total }
  }

  /** How many calls to open now. */
  #toOpen(): number {
    const { ledger, work, reservation, clock } = this.#parts
    if (this.#stopping !== null || this.#holdsBack()) return 0
    const { cursor, selected } = this.#totals.run
    const items = work.ready(clock.now(), cursor < selected) + selected - cursor
    const affordable = fits(ledger.available(reservation), reservation)
    return Math.min(opensNow(this.#flow()), affordable, items, this.#canary.room)
  }

  /** No item is left to take, but credits are: misses left some over, or the run has only begun. */
  #wantsItems(): boolean {
    const { ledger, reservation, work, limit } = this.#parts
    const { cursor, selected, selectedAll } = this.#totals.run
    if (this.#stopping !== null || selectedAll || cursor < selected || work.size > 0) return false
    if (limit !== null && selected >= limit) return false
    return this.#canary.room > 0 && ledger.available(reservation) >= reservation
  }

  async #selectMore(): Promise<void> {
    const { store, run, selection, lease, clock, log } = this.#parts
    const limit = this.#reach()
    const request = { runNo: run.no, vendor: run.vendor, selection, limit, now: clock.now() }
    const { added, all, coolingDown } = await this.#committer.persist([], () =>
      store.select({ ...request, lease: lease.lease }),
    )
    this.#totals.selected(added, all, coolingDown)
    log.info({ added, all, coolingDown, selected: this.run.selected }, 'records selected')
  }

  /** How many more records the credits reach: all at the start; later somewhat more, by the share that was charged. */
  #reach(): number {
    const { ledger, reservation, limit } = this.#parts
    const { selected, items, spent } = this.#totals.run
    const affordable = fits(minus(ledger.budgetLeft ?? NO_CREDITS, NO_CREDITS), reservation)
    const fewest = selected === 0 && ledger.budgetLeft !== null ? 1 : 100
    const tried = items.refreshed + items.notFound + items.failed
    const charged = Math.max(fits(spent, reservation), 1)
    const perCredit = selected === 0 ? 1 : Math.min(20, Math.max(1, tried / charged))
    const reach = Math.max(fewest, Math.ceil(affordable * perCredit))
    return limit === null ? reach : Math.min(reach, limit - selected)
  }

  /** Nothing is in flight and nothing waits to be committed: why? Null: go on. */
  async #whenQuiet(): Promise<Ending | null> {
    const { ledger, reservation, work, limit } = this.#parts
    const { cursor, selected, selectedAll } = this.#totals.run
    const left = cursor < selected || work.size > 0
    if (!this.#canary.done && (left || !selectedAll) && this.#canary.room === 0) {
      const wrong = this.#canary.judge()
      return wrong === null ? null : ending('error', wrong)
    }
    if (!left && (selectedAll || (limit !== null && selected >= limit))) return ending('all-refreshed')
    if (ledger.available(reservation) >= reservation && !this.#holdsBack()) return this.#waitForItems()
    if (ledger.awaitsReport(reservation)) return this.#awaitBalance()
    if (ledger.unsettled > 0 || this.#holdsBack()) {
      const settled = await this.#reconcile()
      if (settled) return null
    }
    if (!left && (await this.#nothingSelectable())) return ending('all-refreshed')
    return this.#outOfCredits()
  }

  async #waitForItems(): Promise<null> {
    await this.#changes.wait(this.#untilNext())
    return null
  }

  #outOfCredits(): Ending {
    const { ledger, reservation } = this.#parts
    const budgetLeft = ledger.budgetLeft
    if (budgetLeft === null) return ending('error', 'no reply named a balance, so that there is no budget to spend')
    return budgetLeft < reservation ? ending('budget-spent') : ending('credits-exhausted', 'someone else has spent from the account')
  }

  async #awaitBalance(): Promise<Ending | null> {
    const { rules, clock } = this.#parts
    if (this.#account.failingForMs() >= rules.unhealthyAfterMs) {
      return ending('vendor-unhealthy', 'the balance could not be read for too long')
    }
    const waitMs = this.#account.notBefore - clock.now()
    if (waitMs > 0) await this.#changes.wait(Math.min(waitMs, LOOK_AROUND_MS))
    else await this.#account.ask()
    return null
  }

  async #nothingSelectable(): Promise<boolean> {
    const { store, run, selection, lease, clock } = this.#parts
    const request = { runNo: run.no, vendor: run.vendor, selection, limit: 0, now: clock.now() }
    const { all, coolingDown } = await this.#committer.persist([], () => store.select({ ...request, lease: lease.lease }))
    this.#totals.selected(0, all, coolingDown)
    return all
  }

  /**
   * Where balances come only in replies, the last call waits until the vendor has certainly dealt with the unknown
   * ones: its reply tells what they cost.
   */
  #holdsBack(): boolean {
    const { ledger, reservation, rules, clock } = this.#parts
    if (rules.balance !== null || rules.remaining === null || ledger.unknown === 0) return false
    if (clock.now() >= this.#sender.settledBy || ledger.expected === null) return false
    return ledger.available(reservation) < 2 * reservation
  }

  /** Decides what the unknown calls cost, once they are certainly dealt with. False: no balance can tell. */
  async #reconcile(): Promise<boolean> {
    const { ledger, rules, clock, store, lease, run, log } = this.#parts
    if (rules.balance === null && (rules.remaining === null || ledger.expected === null)) return false
    const waitMs = this.#sender.settledBy - clock.now()
    if (waitMs > 0) {
      await this.#changes.wait(Math.min(waitMs, LOOK_AROUND_MS))
      return true
    }
    const balance = rules.balance === null ? ledger.exactBalance : await this.#balanceNow()
    if (balance === null) return this.#account.failingForMs() > 0 && this.#account.failingForMs() < rules.unhealthyAfterMs
    const settled = ledger.reconcile(balance)
    if (settled === null) return false
    await this.persist(() =>
      store.settleUnknown(lease.lease, run.no, settled.here, settled.elsewhere, balance, clock.now()),
    )
    this.#totals.reconciled(ledger.spent, balance)
    log.info({ charged: settled.here, balance }, 'unknown calls reconciled against the balance')
    this.#creditsChanged()
    return true
  }

  async #balanceNow(): Promise<Credits | null> {
    const { clock } = this.#parts
    const waitMs = this.#account.notBefore - clock.now()
    if (waitMs > 0) await this.#changes.wait(Math.min(waitMs, LOOK_AROUND_MS))
    const reading = await this.#account.read()
    return reading.kind === 'balance' ? reading.balance : null
  }

  #newSender(): Sender {
    const parts = this.#parts
    const maker = new CallMaker({ ...parts, runId: parts.run.id })
    const finished = (call: FinishedCall) => {
      this.#finished.push(call)
      this.#changes.notify()
    }
    const rest = { totals: this.#totals, canary: this.#canary, account: this.#account, calls: () => this.#calls }
    const stop = (reason: StopReason, detail: string) => this.stop(reason, detail)
    return new Sender({ ...parts, ...rest, maker, finished, stop }, parts.settledBy)
  }

  /** All that was on the wire is back, and committed; or it has been waited for long enough. */
  #drained(since: number): boolean {
    if (this.#finished.length > 0) return false
    return this.#calls.onTheWire === 0 || this.#parts.clock.monotonic() - since > this.#parts.drainMs
  }

  #untilNext(): number {
    const { clock, work, pace } = this.#parts
    const now = clock.now()
    const due = [this.#calls.wakeDue(), work.nextDueAt, pace.pausedUntil].filter((at) => at !== null && at > now)
    return Math.min(LOOK_AROUND_MS, ...due.map((at) => (at as number) - now))
  }

  /** What the run may still spend, calls in flight included. */
  #creditsLeft(): Credits {
    const { ledger, reservation } = this.#parts
    const open = minus(ledger.held, ledger.unknown)
    const left = ledger.budgetLeft
    if (left === null) return reservation
    const spendable = ledger.spendable
    const free = spendable === null ? left : least(left, spendable)
    return (free + open) as Credits
  }

  #creditsChanged(): void {
    this.#parts.pace.setCredits(this.#creditsLeft())
    this.#changes.notify()
  }

  /** Something broke: no new calls; what is on the wire was paid for, so it is waited for and kept. */
  async #broken(error: unknown): Promise<Ending> {
    this.stop('error')
    const { clock, drainMs, log } = this.#parts
    const since = clock.monotonic()
    while (this.#calls.onTheWire > 0 && clock.monotonic() - since < drainMs) await this.#changes.wait(LOOK_AROUND_MS)
    const file = await this.#committer.keep(this.#finished)
    if (file !== null) log.warn({ file }, 'replies that were paid for are kept in a journal')
    throw error
  }
}
