import { type Ending, ending, type StopReason } from '../../domain/run/run.ts'
import type { RunParts } from '../ports/run-parts.ts'

/** A call that times out returns slightly after its timeout, ms. */
const DRAIN_MORE_MS = 1_000

interface StoppingParts extends Pick<RunParts, 'clock' | 'rules' | 'drainMs'> {
  /** `jobs`: calls that the vendor is working on. */
  readonly calls: { readonly jobs: number }
  readonly onStop: () => void
}

/** Whether the run is stopping, why, and how it ends. */
export class Stopping {
  readonly #parts: StoppingParts
  #how: Ending | null = null
  /** Monotonic ms. */
  #since = 0

  constructor(parts: StoppingParts) {
    this.#parts = parts
  }

  /** The run is stopping: no new calls. */
  get begun(): boolean {
    return this.#how !== null
  }

  /** No new calls; those in flight finish. The first reason counts, except where `overrides` allows a later one. */
  stop(reason: StopReason, detail: string | null = null): void {
    // Repeats are ignored: notifying the loop each time would keep it from waiting for the replies in flight.
    if (!this.begun || this.overrides(reason)) this.#begin(ending(reason, detail))
  }

  /** The run has shown that its config does not fit the vendor, and needs a person. */
  stopForMisfit(detail: string): void {
    if (!this.begun) this.#begin({ ...ending('error', detail), isMisfit: true })
  }

  #begin(how: Ending): void {
    this.#how = how
    this.#since = this.#parts.clock.monotonic()
    this.#parts.onStop()
  }

  /** A run that only waits for the vendor's jobs may be stopped earlier: the next process waits for them. */
  overrides(reason: StopReason): boolean {
    return this.awaitsJobs && ending(reason).status === 'stopped' && reason !== 'deadline'
  }

  /** Ended, except for the vendor's jobs: it waits for them, as no later run would poll them in this cycle. */
  get awaitsJobs(): boolean {
    const how = this.#how
    return (how?.status === 'completed' || how?.stopReason === 'deadline') && this.#parts.calls.jobs > 0
  }

  /** How the run ends once drained. A failed run with jobs at the vendor counts as stopped, so that it can be resumed. */
  get ending(): Ending | null {
    const how = this.#how
    return how?.status === 'failed' && this.#parts.calls.jobs > 0 ? { ...how, status: 'stopped' } : how
  }

  /** How much longer to wait for calls in flight, ms; below zero: no longer. Before a reset, at least as long as a call can take. */
  get leftMs(): number {
    const { drainMs, rules, clock } = this.#parts
    const forMs = this.#how?.stopReason === 'deadline' ? Math.max(drainMs, rules.timeoutMs + DRAIN_MORE_MS) : drainMs
    return forMs - (clock.monotonic() - this.#since)
  }

  /** The run breaks off early, so the wait for calls in flight is limited. */
  get isHasty(): boolean {
    return this.#how !== null && this.#how.status !== 'completed'
  }
}
