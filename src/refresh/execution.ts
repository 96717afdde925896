import { reachOf } from '../domain/cost.ts'
import { type Credits, plus } from '../domain/credits.ts'
import { type Ending, type Run, type StopReason, summarize } from '../domain/run.ts'
import { GATHER_LOOK_MS, GATHER_MS, opensNow, starving } from './lookahead.ts'
import { planCalls } from './planning.ts'
import type { CheckpointResult, CommittedItem, PlannedCall } from './ports/store.ts'
import { forNewCalls, whenQuiet } from './quiet.ts'
import { LOOK_AROUND_MS, RunState, type RunStateParts } from './run-state.ts'
import { selectMore, wantsItems } from './selecting.ts'
import { released } from './settlement.ts'
import { loseResends, withdraw } from './withdrawing.ts'

/**
 * One process's work on a run. The loop is the only one that commits; calls report to it. Every turn: commit what
 * has finished and open the next calls; when nothing is in flight, see why, and end or go on.
 */
export class Execution {
  readonly #state: RunState

  constructor(parts: RunStateParts) {
    this.#state = new RunState(parts)
  }

  /** The run as of the last checkpoint; a balance may have come since. */
  get run(): Run {
    return { ...this.#state.run, drift: this.#state.parts.ledger.drift }
  }

  /** No new calls; those on the wire finish. The first reason counts. */
  stop(reason: StopReason): void {
    this.#state.stop(reason)
  }

  /** Time that processes have worked on the run, ms. */
  activeMs(): number {
    return this.#state.activeMs()
  }

  /** Commits a last write of the run, with the patience of a checkpoint. */
  persist<T>(write: () => Promise<T>): Promise<T> {
    return this.#state.committer.persist([], write)
  }

  /** Works on the run until it ends or must stop. Throws what broke it, where that is not for the run to say. */
  async execute(): Promise<Ending> {
    this.#state.creditsChanged()
    try {
      return await this.#loop()
    } catch (error) {
      return await this.#broken(error)
    } finally {
      await this.#state.account.settled()
      await this.#state.parts.pace.idle()
    }
  }

  async #loop(): Promise<Ending> {
    const state = this.#state
    for (;;) {
      if (state.parts.lease.lost !== null) throw state.parts.lease.lost
      this.#lookAround()
      if (await this.#commitSome()) continue
      if (state.stopping !== null && this.#drained(state.stopping.since)) {
        const how = state.ending as Ending
        // Nobody will send them again for a run that has ended.
        if (how.status === 'stopped' || !loseResends(state)) return how
        continue
      }
      if (state.stopping === null && state.calls.total === 0) {
        const how = await whenQuiet(state, () => this.#untilNext())
        if (how !== null) return how
      } else {
        await state.changes.wait(this.#untilNext())
      }
    }
  }

  /** Sends what may be sent, takes back what may not, and notices a vendor that does nothing but fail. */
  #lookAround(): void {
    const { parts, calls, account } = this.#state
    const { pace, rules } = parts
    calls.wakeDue()
    if (pace.failingForMs() >= rules.unhealthyAfterMs) {
      this.#state.stop('vendor-unhealthy', `nothing but failures for ${Math.round(rules.unhealthyAfterMs / 1000)} s`)
    }
    if (account.refused !== null) this.#state.stop('error', account.refused)
    if (this.#state.deadline.passed) this.#state.stop('deadline', this.#state.deadline.why)
    withdraw(this.#state)
    if (this.#state.stopping !== null) {
      if (this.#state.awaitsJobs) pace.pump(calls)
      return
    }
    account.askIfWanted()
    if (calls.onTheWire === 0) pace.setCredits(this.#state.creditsLeft)
    pace.pump(calls)
  }

  /** Commits what has finished and opens the next calls. False if there was nothing to do. */
  async #commitSome(): Promise<boolean> {
    if (this.#state.finished.length === 0 && !this.#opens) {
      if (!wantsItems(this.#state)) return false
      await selectMore(this.#state)
      return true
    }
    await this.#gather()
    await this.#checkpoint()
    return true
  }

  /** Group commit: finished calls gather while slots have work; a job of the vendor's that nobody else knows of cannot wait. */
  async #gather(): Promise<void> {
    const { clock } = this.#state.parts
    const until = clock.monotonic() + GATHER_MS
    while (this.#state.stopping === null && !starving(this.#state.flow) && !this.#state.newJobs) {
      const left = until - clock.monotonic()
      if (left <= 0) return
      // Looking at each finished call would cost more than it gathers.
      await clock.sleep(Math.min(left, GATHER_LOOK_MS))
    }
  }

  /** True if a call can be opened now. */
  get #opens(): boolean {
    const { parts, canary, stopping, run, unit, flow } = this.#state
    if (stopping !== null || canary.room === 0 || opensNow(flow) === 0 || forNewCalls(this.#state) < unit) return false
    const untried = run.selected - run.cursor
    return untried > 0 || parts.work.ready(parts.clock.now(), false) > 0
  }

  /** The calls to open now; their items that are tried again leave the work list. */
  #plan(now: number): PlannedCall[] {
    if (!this.#opens) return []
    const { parts, canary, run, flow, slices } = this.#state
    const { work, rules } = parts
    const untried = run.selected - run.cursor
    const bounds = { calls: opensNow(flow), records: canary.room, credits: forNewCalls(this.#state) }
    const reach = reachOf(rules.cost, bounds.credits, slices.most)
    const again = work.take(Math.min(bounds.calls * slices.most, bounds.records, reach), now, untried > 0)
    const { calls, left } = planCalls(bounds, rules.cost, slices, again, untried)
    work.giveBack(left)
    return calls
  }

  async #checkpoint(): Promise<void> {
    const { parts, run, totals, account, unit } = this.#state
    const { ledger, rules, clock, coolDown } = parts
    const now = clock.now()
    const calls = totals.takeCalls()
    const { reported } = account
    const finished = this.#state.takeFinished()
    const result = await this.#state.committer.commit({
      runNo: run.no,
      after: run.checkpoint,
      lastCall: run.lastCall,
      finished,
      open: {
        cost: rules.cost,
        recallPaid: rules.freeRepeat !== null,
        calls: this.#plan(now),
        dedupeBy: parts.selection.dedupeBy,
      },
      calls,
      pace: parts.pace.kept(now),
      account: { expected: ledger.expected, reported: reported?.balance ?? null, reportedAt: reported?.at ?? null },
      budget: ledger.budget ?? plus(ledger.spent, ledger.held, unit),
      drift: ledger.drift,
      canaryDone: this.#canaryDone,
      activeMs: this.#state.activeMs(),
      coolDownIfRejected: now + coolDown.failedMs,
    })
    if (run.checkpoint === parts.run.checkpoint) await parts.journal.remove(run.id)
    this.#book(result, calls, plus(run.saved, ...finished.map((call) => call.saved)))
  }

  /** The first records are through, and the budget that the database holds is the run's own. */
  get #canaryDone(): boolean {
    return this.#state.canary.done && this.#state.parts.ledger.budget !== null
  }

  /** The checkpoint has committed: the books follow, the calls it opened may go out, and whoever listens is told. */
  #book(result: CheckpointResult, counted: Run['calls'], saved: Credits): void {
    const { parts, totals, canary, calls, run } = this.#state
    const { ledger } = parts
    for (const call of result.opened) {
      ledger.open(call.reservation)
      canary.opened(call.items.length)
    }
    // Nothing was sent for these: their items are looked at once more.
    for (const call of result.orphaned) {
      for (const { item } of call.items) parts.work.putFront(item)
      this.#state.finish(released(call, null, null))
    }
    canary.committed(result.items)
    const committed = [...result.items, ...result.skipped]
    const ends = committed.map(({ end }) => end)
    totals.committed(ends, counted, {
      cursor: result.cursor,
      lastCall: result.lastCall,
      budget: ledger.budget ?? run.budget,
      saved,
      spent: ledger.spent,
      held: ledger.held,
      unknown: ledger.unknown,
      balance: ledger.expected,
      canaryDone: this.#canaryDone,
      activeMs: this.#state.activeMs(),
    })
    calls.add(result.opened)
    this.#tell(committed)
  }

  #tell(committed: readonly CommittedItem[]): void {
    const { parts, calls, sender, committer } = this.#state
    const { emit, pace, log } = parts
    for (const { key, end, reason } of committed) if (end !== null) emit({ type: 'item', key, outcome: end, reason })
    const { report, pausedUntil } = pace
    const snapshot = { ...report, pausedUntil, onTheWire: calls.onTheWire, latencyMs: sender.latencyMs }
    emit({ type: 'progress', summary: { ...summarize(this.run), pace: report }, pace: snapshot })
    const commitMs = Math.round(committer.takesMs)
    log.debug({ items: committed.length, waiting: calls.unsent, onTheWire: calls.onTheWire, commitMs }, 'checkpoint')
  }

  /**
   * All that was on the wire is back, and committed; or it has been waited for long enough. A run that has spent all
   * it could waits for every result that it has paid for.
   */
  #drained(since: number): boolean {
    const { finished, calls, parts, drainMs } = this.#state
    if (finished.length > 0) return false
    if (this.#state.awaitsJobs) return false
    return calls.onTheWire === 0 || parts.clock.monotonic() - since > drainMs
  }

  #untilNext(): number {
    const { parts, calls } = this.#state
    const now = parts.clock.now()
    const due = [parts.work.nextDueAt, parts.pace.pausedUntil].filter((at) => at !== null && at > now) as number[]
    // Whoever looks around takes these out of the line: they are never due for long.
    const again = Math.max(calls.nextDueAt ?? Number.POSITIVE_INFINITY, now)
    return Math.min(LOOK_AROUND_MS, ...[again, ...due].map((at) => at - now))
  }

  /** Something broke: no new calls; what is on the wire was paid for, so it is waited for and kept. */
  async #broken(error: unknown): Promise<never> {
    const { parts, calls, changes, committer, finished } = this.#state
    this.#state.stop('error')
    const since = parts.clock.monotonic()
    while (calls.onTheWire > 0 && parts.clock.monotonic() - since < parts.drainMs) await changes.wait(LOOK_AROUND_MS)
    const file = await committer.keep(finished)
    if (file !== null) parts.log.warn({ file }, 'replies that were paid for are kept in a journal')
    throw error
  }
}
