/** The source of time, injected. */
export interface Clock {
  /** Wall clock, epoch ms; for output, stored instants and the reset. It may be set while we run. */
  now(): number
  /** Monotonic clock, ms, for every wait; only differences are meaningful. */
  monotonic(): number
  /** Resolves after `ms`, never before, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `then` after `ms`, never before; returns a function that cancels it. */
  after(ms: number, then: () => void): () => void
}

/** Epoch ms `at`, at most `mostMs` from now, as monotonic ms, so that setting the wall clock changes no wait. */
export function monotonicAt(at: number, mostMs: number, clock: Pick<Clock, 'now' | 'monotonic'>): number {
  return clock.monotonic() + Math.min(Math.max(at - clock.now(), 0), mostMs)
}

/** setTimeout's limit; longer waits are cut to it. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        cancel()
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const cancel = after(ms, done)
      signal?.addEventListener('abort', done)
    }),
  after,
}

/** Node's timers count whole milliseconds and fire up to one too early: whoever waits for an instant would miss it. */
function after(ms: number, then: () => void): () => void {
  const until = performance.now() + Math.min(ms, LONGEST_SLEEP_MS)
  const wait = () => setTimeout(look, Math.max(Math.ceil(until - performance.now()), 0))
  const look = () => {
    if (performance.now() < until) timer = wait()
    else then()
  }
  let timer = wait()
  return () => clearTimeout(timer)
}
