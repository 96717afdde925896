/** Time, passed in. */
export interface Clock {
  /** Epoch milliseconds, for what people are shown, what is stored, and the reset: the wall clock may be set while we run. */
  now(): number
  /** Milliseconds that never go back, for every wait; only differences mean anything. */
  monotonic(): number
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `then` after so many milliseconds, unless it is called off before: the result does that. */
  after(ms: number, then: () => void): () => void
}

/**
 * An instant of the wall clock (epoch ms) that is waited for, at most `mostMs` from now, as monotonic ms: the wait then lasts as long
 * as it should, whatever the wall clock is set to meanwhile.
 */
export function monotonicAt(at: number, mostMs: number, clock: Pick<Clock, 'now' | 'monotonic'>): number {
  return clock.monotonic() + Math.min(Math.max(at - clock.now(), 0), mostMs)
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
