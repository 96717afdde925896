/** The end of a run's billing cycle, and the last instant at which it may send a call. Epoch milliseconds. */
export interface Deadline {
  readonly resetAt: number
  readonly stopAt: number
}

/** The default of `stopBeforeReset`, ms. */
export const STOP_BEFORE_RESET_MS = 300_000

/**
 * No call may be charged in the new cycle. `slowestCallMs`: the time after which the vendor has certainly processed a
 * call; the last call is sent at least this long before the reset, or earlier if the job says so.
 */
export function deadlineAt(resetAt: number, stopBeforeResetMs: number, slowestCallMs: number): Deadline {
  return { resetAt, stopAt: resetAt - Math.max(stopBeforeResetMs, slowestCallMs) }
}
