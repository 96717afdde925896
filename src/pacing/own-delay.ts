/** How often this process looks whether it is late, ms. */
export const LOOK_MS = 20
/** A timer that comes so late was held up: by a collection of garbage, or a loop of ours. */
const LATE_MS = 8
/** Where more than this share of a call was a delay of ours, the rest of it says nothing. */
const SHARE = 0.5
const REMEMBERED = 64
/** Busy for more than this share of the time, replies wait for this process most of all. */
const BUSY = 0.85

/** When this process itself was held up: a reply that waited for it says nothing of the vendor. Instants monotonic, ms. */
export class OwnDelay {
  readonly #delays: { readonly from: number; readonly to: number }[] = []
  #dueAt = Number.POSITIVE_INFINITY
  #utilization = performance.eventLoopUtilization()
  #busy = false

  /** A look is due in LOOK_MS. */
  begin(now: number): void {
    this.#dueAt = now + LOOK_MS
  }

  /** A look; false if it came late: replies may have come that were not read yet. */
  look(now: number): boolean {
    const late = now - this.#dueAt > LATE_MS
    if (late) {
      this.#delays.push({ from: this.#dueAt, to: now })
      if (this.#delays.length > REMEMBERED) this.#delays.shift()
    }
    this.#dueAt = now + LOOK_MS
    return !late
  }

  /** The share of the time since it was last asked in which this process was at work, 0 to 1, is too large. */
  measureBusy(): void {
    const now = performance.eventLoopUtilization()
    this.#busy = performance.eventLoopUtilization(now, this.#utilization).utilization > BUSY
    this.#utilization = now
  }

  /** Nobody looks any more. */
  end(): void {
    this.#dueAt = Number.POSITIVE_INFINITY
  }

  /**
   * What a call took that left then and came back now, ms, less the time in which it was held up here; null where
   * that cannot be told: most of it was, or this process is busy all the time.
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
