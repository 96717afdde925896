import type { Clock } from '../../domain/clock.ts'
import { LeaseLostError } from '../../domain/errors.ts'
import type { Lease } from '../ports/lease.ts'
import type { Log } from '../ports/log.ts'
import type { RunStore } from '../ports/store.ts'

/**
 * Keeps the lease while the run goes on, and knows when it can no longer be sure of it. The clock on the wall and the
 * one that never goes back must both say that it is still ours: one stands still while the machine sleeps, the other
 * may be set.
 */
export class LeaseKeeper {
  readonly #store: RunStore
  readonly #clock: Clock
  readonly #log: Log
  readonly #ttlMs: number
  #lease: Lease
  #renewedAt: { now: number; monotonic: number }
  #timer: NodeJS.Timeout | null = null
  #lost: LeaseLostError | null = null

  constructor(lease: Lease, ttlMs: number, parts: { store: RunStore; clock: Clock; log: Log }) {
    this.#lease = lease
    this.#ttlMs = ttlMs
    this.#store = parts.store
    this.#clock = parts.clock
    this.#log = parts.log
    this.#renewedAt = { now: lease.expiresAt - ttlMs, monotonic: this.#clock.monotonic() }
  }

  get lease(): Lease {
    return this.#lease
  }

  /** Set once another process has taken over. */
  get lost(): LeaseLostError | null {
    return this.#lost
  }

  /** True while calls may be sent under it. */
  get sure(): boolean {
    if (this.#lost !== null) return false
    const { now, monotonic } = this.#renewedAt
    return this.#clock.now() - now < this.#ttlMs && this.#clock.monotonic() - monotonic < this.#ttlMs
  }

  /** A moment to renew from; hand it to `renewed` once the renewal has committed. */
  moment(): { now: number; monotonic: number; expiresAt: number } {
    const now = this.#clock.now()
    return { now, monotonic: this.#clock.monotonic(), expiresAt: now + this.#ttlMs }
  }

  renewed(from: { now: number; monotonic: number; expiresAt: number }): void {
    this.#renewedAt = from
    this.#lease = { ...this.#lease, expiresAt: from.expiresAt }
  }

  /** Renews by itself whenever no checkpoint has for a third of the lease's time. */
  start(onLost: () => void): void {
    this.#timer = setInterval(() => void this.#beat(onLost), this.#ttlMs / 6)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  lose(error: LeaseLostError): void {
    this.#lost = error
  }

  /** A third of its time has passed, or the clock on the wall was set, by which others judge it. */
  get #due(): boolean {
    const passedMs = this.#clock.monotonic() - this.#renewedAt.monotonic
    const byWallMs = Math.abs(this.#clock.now() - this.#renewedAt.now)
    return Math.max(passedMs, byWallMs) >= this.#ttlMs / 3
  }

  async #beat(onLost: () => void): Promise<void> {
    if (this.#lost !== null || !this.#due) return
    const from = this.moment()
    try {
      await this.#store.renewLease(this.#lease, from.expiresAt)
      this.renewed(from)
    } catch (error) {
      if (!(error instanceof LeaseLostError)) return this.#log.warn({ err: error }, 'the lease could not be renewed')
      this.lose(error)
      onLost()
    }
  }
}
