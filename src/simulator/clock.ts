/** Undoes what it was returned for; calling it twice is harmless. */
export type Cancel = () => void

/** The simulator's only source of time. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Runs once, `delayMs` from now, unless cancelled. */
  after(delayMs: number, run: () => void): Cancel
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
