/** The end of a run's billing cycle, and when its last call may go out. Epoch milliseconds. */
export interface Deadline {
  readonly resetAt: number
  readonly stopAt: number
}

/** What a run stops before, where its job does not say: config and database from before it was kept. */
export const STOP_BEFORE_RESET_MS = 300_000

/**
 * No call's charge may fall into the new cycle. `slowestCallMs`: after so long the vendor has certainly dealt with a
 * call; so the last one goes out that long before the reset, or longer where the job says so.
 */
export function deadlineAt(resetAt: number, stopBeforeResetMs: number, slowestCallMs: number): Deadline {
  return { resetAt, stopAt: resetAt - Math.max(stopBeforeResetMs, slowestCallMs) }
}
