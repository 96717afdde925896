import type { Ending, Run, StopReason } from '../domain/run.ts'
import { settledOrHungUp } from './call/hang-up.ts'
import { checkpoint, opens, runNow, snapshotOf } from './commit/checkpoint.ts'
import { onIdle, weighRefusal } from './on-idle.ts'
import { GATHER_LOOK_MS, GATHER_MS, starving } from './open/lookahead.ts'
import { workLeft } from './open/spread-work.ts'
import { loseResends, withdraw } from './open/withdraw-calls.ts'
import type { SnapshotRequest } from './ports/store.ts'
import { RunState, STEP_MS } from './run-state.ts'
import type { RunStateParts } from './run-state-parts.ts'
import { selectMore, wantsItems } from './select/select-items.ts'

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
    return runNow(this.#state)
  }

  /** No new calls; those on the wire finish. The first reason counts. */
  stop(reason: StopReason, detail: string | null = null): void {
    this.#state.stop(reason, detail)
  }

  /** Time that processes have worked on the run, ms. */
  activeMs(): number {
    return this.#state.activeMs()
  }

  /** How the run stands at its end. */
  snapshot(): SnapshotRequest {
    return snapshotOf(this.#state)
  }

  /** Commits a last write of the run, with the patience of a checkpoint. */
  persist<T>(write: () => Promise<T>): Promise<T> {
    return this.#state.committer.persist([], write)
  }

  /** Works on the run until it ends or must stop. Throws what broke it, where that is not for the run to say. */
  async execute(): Promise<Ending> {
    this.#state.creditsChanged()
    this.#state.wishes.start()
    try {
      return await this.#loop()
    } catch (error) {
      return await this.#broken(error)
    } finally {
      this.#state.wishes.end()
      await this.#settle()
    }
  }

  /** A run that stops has waited for what is on the wire as long as it may: whoever ended it does not wait for ever. */
  async #settle(): Promise<void> {
    const { parts, calls, account, stopping, drainMs } = this.#state
    const underWay = Promise.all([account.settled(), parts.pace.idle()])
    const inHaste = stopping !== null && stopping.how.status !== 'completed'
    const waitedMs = inHaste ? parts.clock.monotonic() - stopping.since : 0
    this.#state.endSending()
    const { onTheWire } = calls
    if (!(await settledOrHungUp(underWay, (inHaste ? drainMs : parts.rules.timeoutMs) - waitedMs, parts))) return
    if (onTheWire > 0) parts.log.warn({ onTheWire }, 'calls were not waited for: what they cost is unknown')
  }

  async #loop(): Promise<Ending> {
    const state = this.#state
    for (;;) {
      if (state.parts.lease.lost !== null) throw state.parts.lease.lost
      this.#step()
      await this.#sendSuspects()
      if (await this.#commitSome()) continue
      if (state.stopping !== null && this.#drained(state.stopping.since)) {
        const how = state.ending as Ending
        // Nobody will send them again for a run that has ended.
        if (how.status === 'stopped' || !loseResends(state)) return how
        continue
      }
      if (state.stopping === null && state.refusals.weighed !== null && state.calls.onTheWire === 0) {
        await weighRefusal(state)
      } else if (state.stopping === null && state.calls.total === 0 && !state.wishes.paused) {
        const how = await onIdle(state, () => this.#untilNext())
        if (how !== null) return how
      } else {
        await state.changes.wait(this.#untilNext())
      }
    }
  }

  /** Sends what may be sent, takes back what may not, and notices a vendor that does nothing but fail. */
  #step(): void {
    const { parts, calls, account } = this.#state
    const { pace, rules } = parts
    calls.wakeDue()
    if (this.#failingForMs >= rules.unhealthyAfterMs) {
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
    if (parts.steady) pace.spread(workLeft(this.#state))
    pace.pump(calls)
  }

  /** Calls that a process died with go out again, once the database knows that they do. */
  async #sendSuspects(): Promise<void> {
    const { parts, calls, committer, run } = this.#state
    const suspects = calls.takeSuspects()
    if (suspects.length === 0) return
    const numbers = suspects.map(({ n }) => n)
    await committer.persist([], () => parts.store.markSent(parts.lease.lease, run.no, numbers))
    calls.add(suspects, true)
    parts.pace.pump(calls)
  }

  /** While it is paused nobody can tell whether the vendor is well. */
  get #failingForMs(): number {
    const { parts, wishes } = this.#state
    if (wishes.paused) return 0
    return Math.min(parts.pace.failingForMs(), wishes.goesOnForMs ?? Number.POSITIVE_INFINITY)
  }

  /** Commits what has finished and opens the next calls. False if there was nothing to do. */
  async #commitSome(): Promise<boolean> {
    if (this.#state.finished.length === 0 && !opens(this.#state)) {
      if (!wantsItems(this.#state)) return false
      await selectMore(this.#state)
      return true
    }
    await this.#gather()
    await checkpoint(this.#state)
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
    const now = parts.clock.monotonic()
    const inMs = (at: number | null) => (at === null ? STEP_MS : at - now)
    const waits = [inMs(parts.work.nextDueAt), parts.pace.pausedForMs].filter((ms) => ms > 0)
    // Whoever looks around takes these out of the line: they are never due for long.
    return Math.min(STEP_MS, Math.max(0, inMs(calls.nextDueAt)), ...waits)
  }

  /** Something broke: no new calls; what is on the wire was paid for, so it is waited for and kept. */
  async #broken(error: unknown): Promise<never> {
    const { parts, calls, changes, committer, finished } = this.#state
    this.#state.stop('error')
    const since = parts.clock.monotonic()
    while (calls.onTheWire > 0 && parts.clock.monotonic() - since < parts.drainMs) await changes.wait(STEP_MS)
    const file = await committer.keep(finished)
    if (file !== null) parts.log.warn({ file }, 'replies that were paid for are kept in a journal')
    throw error
  }
}
