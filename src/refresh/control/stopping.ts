import type { Clock } from '../../domain/clock.ts'
import { type Ending, ending, type StopReason } from '../../domain/run.ts'
import type { VendorRules } from '../ports/vendor.ts'

/** A call that runs into its timeout comes back a little later, ms. */
const DRAIN_MORE_MS = 1_000

export interface StoppingParts {
  readonly clock: Clock
  readonly rules: Pick<VendorRules, 'timeoutMs'>
  readonly drainMs: number
  /** Calls that the vendor works on. */
  readonly calls: { readonly jobs: number }
  readonly onStop: () => void
}

/** Whether the run is being stopped, and how it ends then. */
export class Stopping {
  readonly #parts: StoppingParts
  #how: Ending | null = null
  /** Monotonic ms. */
  #since = 0
  #isMisfit = false

  constructor(parts: StoppingParts) {
    this.#parts = parts
  }

  /** The run is being stopped: no new calls. */
  get begun(): boolean {
    return this.#how !== null
  }

  /** No new calls; those in flight finish. The first reason counts, but for `overrides`. */
  stop(reason: StopReason, detail: string | null = null): void {
    // Only the first is news: who is told each turn would never wait, and starve the replies that it waits for.
    if (this.begun && !this.overrides(reason)) return
    this.#how = ending(reason, detail)
    this.#since = this.#parts.clock.monotonic()
    this.#parts.onStop()
  }

  /** The run has shown that its config does not fit the vendor, and needs a person. */
  stopForMisfit(detail: string): void {
    this.#isMisfit ||= !this.begun
    this.stop('error', detail)
  }

  get isMisfit(): boolean {
    return this.#isMisfit
  }

  /**
   * A run that has spent what it could, and only waits for the vendor's jobs, may be stopped before they are done: the
   * next process waits on.
   */
  overrides(reason: StopReason): boolean {
    return this.awaitsJobs && ending(reason).status === 'stopped' && reason !== 'deadline'
  }

  /**
   * The run has come to its end but for the vendor's jobs: no process after this one would ask what came of them, or
   * not in this cycle.
   */
  get awaitsJobs(): boolean {
    const how = this.#how
    return (how?.status === 'completed' || how?.stopReason === 'deadline') && this.#parts.calls.jobs > 0
  }

  /** How the run ends, once it has drained: one that needs a person can go on later if the vendor has jobs of it. */
  get ending(): Ending | null {
    const how = this.#how
    return how?.status === 'failed' && this.#parts.calls.jobs > 0 ? { ...how, status: 'stopped' } : how
  }

  /** It has been waited for calls in flight for as long as they may take. */
  get hasWaited(): boolean {
    return this.leftMs < 0
  }

  /** How long calls in flight are still waited for, ms: before the reset, as long as any call can need. */
  get leftMs(): number {
    const { drainMs, rules, clock } = this.#parts
    const forMs = this.#how?.stopReason === 'deadline' ? Math.max(drainMs, rules.timeoutMs + DRAIN_MORE_MS) : drainMs
    return forMs - (clock.monotonic() - this.#since)
  }

  /** The run breaks off, and can go on later: nobody waits for ever for what is in flight. */
  get isHasty(): boolean {
    return this.#how !== null && this.#how.status !== 'completed'
  }
}
