/** Time, passed in. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Milliseconds that never go back; only differences mean anything. */
  monotonic(): number
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `then` after so many milliseconds, unless it is called off before: the result does that. */
  after(ms: number, then: () => void): () => void
}

/** setTimeout's own bound; longer waits are cut to it. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, Math.min(Math.max(ms, 0), LONGEST_SLEEP_MS))
      signal?.addEventListener('abort', done)
    }),
  after: (ms, then) => {
    const timer = setTimeout(then, Math.min(Math.max(ms, 0), LONGEST_SLEEP_MS))
    return () => clearTimeout(timer)
  },
}
