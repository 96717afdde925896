import type { Clock } from '../../domain/clock.ts'
import { LeaseLostError } from '../../domain/errors.ts'
import type { Lease } from '../ports/lease.ts'
import type { Log } from '../ports/log.ts'
import type { RunStore } from '../ports/store.ts'

/**
 * Renews the lease while the run is in progress, and knows when it may no longer be ours. Wall clock and monotonic clock
 * must both say that it has not expired: the monotonic one may stand still while the machine sleeps, and the wall clock
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

  /** True while the lease is certainly ours, so that calls may be sent. */
  get sure(): boolean {
    if (this.#lost !== null) return false
    const { now, monotonic } = this.#renewedAt
    return this.#clock.now() - now < this.#ttlMs && this.#clock.monotonic() - monotonic < this.#ttlMs
  }

  /** The instants for a renewal; pass them to `renewed` once it has committed. */
  moment(): { now: number; monotonic: number; expiresAt: number } {
    const now = this.#clock.now()
    return { now, monotonic: this.#clock.monotonic(), expiresAt: now + this.#ttlMs }
  }

  renewed(from: { now: number; monotonic: number; expiresAt: number }): void {
    this.#renewedAt = from
    this.#lease = { ...this.#lease, expiresAt: from.expiresAt }
  }

  /** Renews on a timer, whenever no checkpoint has renewed the lease for a third of its time. */
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

  /** A third of its time has passed, or the wall clock, by which other processes judge it, was set. */
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
