import { LeaseLostError, messageOf } from '../../domain/errors/errors.ts'
import type { Lease, LeaseStore } from '../ports/lease.ts'
import type { RunParts } from '../ports/run-parts.ts'

interface LeaseKeeperParts extends Pick<RunParts, 'clock' | 'log'> {
  readonly store: Pick<LeaseStore, 'renewLease'>
}

/**
 * Renews the lease while the run is in progress, and knows when it may no longer be ours. Wall clock and monotonic clock
 * must both say that it has not expired: the monotonic one may stand still while the machine sleeps, and the wall clock
 * may be set.
 */
export class LeaseKeeper {
  readonly #ttlMs: number
  readonly #parts: LeaseKeeperParts
  #lease: Lease
  #renewedAt: { now: number; monotonic: number }
  #cancel: () => void = () => {}
  #lost: LeaseLostError | null = null
  /** Renewals that are still under way concern nobody. */
  #isOver = false

  constructor(lease: Lease, ttlMs: number, parts: LeaseKeeperParts) {
    this.#lease = lease
    this.#ttlMs = ttlMs
    this.#parts = parts
    this.#renewedAt = { now: lease.expiresAt - ttlMs, monotonic: parts.clock.monotonic() }
  }

  get lease(): Lease {
    return this.#lease
  }

  get lost(): LeaseLostError | null {
    return this.#lost
  }

  /** True while the lease is certainly ours, so that calls may be sent. */
  get sure(): boolean {
    if (this.#lost !== null) return false
    const { wallMs, monotonicMs } = this.#sinceRenewal
    return wallMs < this.#ttlMs && monotonicMs < this.#ttlMs
  }

  /** The instants for a renewal; pass them to `renewed` once it has committed. */
  moment(): { now: number; monotonic: number; expiresAt: number } {
    const { clock } = this.#parts
    const now = clock.now()
    return { now, monotonic: clock.monotonic(), expiresAt: now + this.#ttlMs }
  }

  renewed(from: { now: number; monotonic: number; expiresAt: number }): void {
    this.#renewedAt = from
    this.#lease = { ...this.#lease, expiresAt: from.expiresAt }
  }

  /**
   * Renews on a timer, whenever no checkpoint has renewed the lease for a third of its time. `onLost`: for who must know
   * before its next write, which fails.
   */
  start(onLost: () => void = () => {}): void {
    this.#cancel = this.#parts.clock.after(this.#ttlMs / 6, () => {
      this.start(onLost)
      void this.#beat(onLost)
    })
  }

  stop(): void {
    this.#isOver = true
    this.#cancel()
  }

  lose(error: LeaseLostError): void {
    this.#lost = error
  }

  get #sinceRenewal(): { wallMs: number; monotonicMs: number } {
    const { clock } = this.#parts
    const { now, monotonic } = this.#renewedAt
    return { wallMs: clock.now() - now, monotonicMs: clock.monotonic() - monotonic }
  }

  async #beat(onLost: () => void): Promise<void> {
    const { store, log } = this.#parts
    const { wallMs, monotonicMs } = this.#sinceRenewal
    // A third of its time has passed, or the wall clock, by which other processes judge it, was set.
    const isDue = Math.max(Math.abs(wallMs), monotonicMs) >= this.#ttlMs / 3
    if (this.#lost !== null || !isDue) return
    const from = this.moment()
    try {
      await store.renewLease(this.#lease, from.expiresAt)
      this.renewed(from)
    } catch (error) {
      if (this.#isOver) return
      if (!(error instanceof LeaseLostError))
        return log.warn({ reason: messageOf(error) }, 'the lease could not be renewed')
      this.lose(error)
      onLost()
    }
  }
}
