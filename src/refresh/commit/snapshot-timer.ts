const SHORTEST_MS = 500
/** A day of work is some 1,600 snapshots: they become rarer as the run becomes older. */
const SHARE = 1 / 200
/** A new pace is news before its time. */
const NEWS = 1 / 4

/** When the next snapshot of a run is due: no process keeps more than the last one in mind. */
export class SnapshotTimer {
  #last: { readonly activeMs: number; readonly reason: string } | null = null

  /** Whether one is to be taken now; it is, then. The first of a process is due at once. */
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
