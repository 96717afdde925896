/** How often this process checks whether its timers are late, ms. */
export const LOOK_MS = 20
/** A timer later than this was delayed by garbage collection or by our own code. */
const LATE_MS = 8
/** If more than this share of a call's time was our own delay, its latency is unknown. */
const SHARE = 0.5
const REMEMBERED = 64
/** Above this utilization of the event loop, replies mostly wait for this process. */
const BUSY = 0.85

/** Tracks delays of this process, to subtract them from latencies. Instants are monotonic ms. */
export class OwnDelay {
  readonly #delays: { readonly from: number; readonly to: number }[] = []
  #dueAt = Number.POSITIVE_INFINITY
  #utilization = performance.eventLoopUtilization()
  #busy = false

  begin(now: number): void {
    this.#dueAt = now + LOOK_MS
  }

  /** A check; false if it was late: replies may have arrived without having been read yet. */
  look(now: number): boolean {
    const late = now - this.#dueAt > LATE_MS
    if (late) {
      this.#delays.push({ from: this.#dueAt, to: now })
      if (this.#delays.length > REMEMBERED) this.#delays.shift()
    }
    this.#dueAt = now + LOOK_MS
    return !late
  }

  /** Measures the utilization of the event loop since the last time. */
  measureBusy(): void {
    const now = performance.eventLoopUtilization()
    this.#busy = performance.eventLoopUtilization(now, this.#utilization).utilization > BUSY
    this.#utilization = now
  }

  end(): void {
    this.#dueAt = Number.POSITIVE_INFINITY
  }

  /**
   * The latency of a call sent at `sentAt` that has just returned, less our own delays, ms; null if it cannot be known,
   * since most of it was our own delay or this process is constantly busy.
   */
  without(sentAt: number, now: number): number | null {
    if (this.#busy) return null
    const tookMs = now - sentAt
    let heldMs = now - this.#dueAt > LATE_MS ? now - Math.max(this.#dueAt, sentAt) : 0
    for (let i = this.#delays.length - 1; i >= 0; i--) {
      const { from, to } = this.#delays[i] as { from: number; to: number }
      if (to <= sentAt) break
      heldMs += to - Math.max(from, sentAt)
    }
    return heldMs > SHARE * tookMs ? null : tookMs - heldMs
  }
}
