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

/** Every timer the vendor has set, so that closing it leaves none behind. */
export class Timers {
  readonly #clock: Clock
  readonly #set = new Set<Cancel>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs once, `delayMs` from now. */
  after(delayMs: number, run: () => void): Cancel {
    const stop = this.#clock.after(delayMs, () => {
      this.#set.delete(stop)
      run()
    })
    this.#set.add(stop)
    return () => {
      this.#set.delete(stop)
      stop()
    }
  }

  /** Runs again and again, `periodMs` after the time before. */
  every(periodMs: number, run: () => void): Cancel {
    let stop: Cancel
    const arm = () => {
      stop = this.after(periodMs, () => {
        arm()
        run()
      })
    }
    arm()
    return () => stop()
  }

  /** Cancels all of them. */
  clear(): void {
    for (const stop of this.#set) stop()
    this.#set.clear()
  }
}
