/** May be called twice. */
export type Cancel = () => void

/** The simulator's only source of time. */
export interface Clock {
  /** Epoch ms. */
  now(): number
  after(delayMs: number, run: () => void): Cancel
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/** All timers of a vendor, so that closing it leaves none behind. */
export class Timers {
  readonly #clock: Clock
  readonly #set = new Set<Cancel>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

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

  clear(): void {
    for (const stop of this.#set) stop()
    this.#set.clear()
  }
}
