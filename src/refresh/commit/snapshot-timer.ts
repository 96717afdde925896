const SHORTEST_MS = 500
/** The interval is this share of the run's active time: about 1,600 snapshots in a day of work. */
const SHARE = 1 / 200
/** When the reason for the pace changes, this share of the interval is enough. */
const NEWS = 1 / 4

/** Decides when the next snapshot of a run is due. */
export class SnapshotTimer {
  #last: { readonly activeMs: number; readonly reason: string } | null = null

  /** True if a snapshot is due; it then counts as taken. The first of a process is due at once. */
  due(activeMs: number, reason: string): boolean {
    const intervalMs = Math.max(SHORTEST_MS, activeMs * SHARE)
    if (this.#last !== null) {
      const share = reason === this.#last.reason ? 1 : NEWS
      if (activeMs - this.#last.activeMs < intervalMs * share) return false
    }
    this.#last = { activeMs, reason }
    return true
  }
}
