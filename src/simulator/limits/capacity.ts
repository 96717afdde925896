import type { Behaviour } from '../behaviour.ts'
import type { Clock, Timers } from '../clock.ts'
import type { Stats } from '../stats.ts'

/** The vendor's capacity: slots that serve, a queue before them, and a load at which the vendor collapses. */
export class Capacity {
  readonly #behaviour: () => Behaviour
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #stats: Stats
  readonly #queue: (() => void)[] = []
  #busy = 0
  #filling = false
  #downUntilAt = Number.NEGATIVE_INFINITY
  #collapses = 0

  constructor(behaviour: () => Behaviour, clock: Clock, timers: Timers, stats: Stats) {
    this.#behaviour = behaviour
    this.#clock = clock
    this.#timers = timers
    this.#stats = stats
  }

  /** How often it has collapsed; a call that sees this change was in service when it did. */
  get collapses(): number {
    return this.#collapses
  }

  get isDown(): boolean {
    return this.#clock.now() < this.#downUntilAt
  }

  /** Collapses where the call is one too many. */
  callArrived(): void {
    const { collapseAbove, collapseMs } = this.#behaviour()
    if (collapseAbove === null || this.#stats.concurrent <= collapseAbove || this.isDown) return
    this.#downUntilAt = this.#clock.now() + collapseMs
    this.#collapses++
    this.#stats.count('collapses')
  }

  /** Calls `done` after waiting for a slot and for the latency; at once, and without a timer, where there is neither. */
  serve(latencyMs: () => number, done: () => void): void {
    const { slots } = this.#behaviour()
    if (slots === null) {
      this.#work(latencyMs(), done)
      return
    }
    this.#queue.push(() => {
      this.#busy++
      this.#work(latencyMs(), () => {
        this.#busy--
        done()
        this.fillSlots()
      })
    })
    this.fillSlots()
  }

  /** Starts waiting calls on free slots; to be called when the number of slots changes, too. */
  fillSlots(): void {
    // A call that is served at once comes back here: the loop below takes the next.
    if (this.#filling) return
    this.#filling = true
    const slots = this.#behaviour().slots ?? Number.POSITIVE_INFINITY
    while (this.#busy < slots && this.#queue.length > 0) this.#queue.shift()?.()
    this.#filling = false
    this.#stats.queueIs(this.#queue.length)
  }

  #work(latencyMs: number, done: () => void): void {
    if (latencyMs > 0) this.#timers.after(latencyMs, done)
    else done()
  }
}
