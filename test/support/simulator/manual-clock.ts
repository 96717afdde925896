import type { Cancel, Clock } from '../../../src/simulator/clock.ts'

type Alarm = { dueAt: number; run: () => void }

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #nowAt: number
  readonly #alarms = new Set<Alarm>()

  constructor(startAt = Date.UTC(2026, 0, 1)) {
    this.#nowAt = startAt
  }

  now(): number {
    return this.#nowAt
  }

  after(delayMs: number, run: () => void): Cancel {
    const alarm = { dueAt: this.#nowAt + delayMs, run }
    this.#alarms.add(alarm)
    return () => this.#alarms.delete(alarm)
  }

  /** Moves time on, running what falls due on the way in the order in which it does. */
  advance(byMs: number): void {
    const until = this.#nowAt + byMs
    for (let next = this.#nextDue(until); next; next = this.#nextDue(until)) {
      this.#alarms.delete(next)
      this.#nowAt = next.dueAt
      next.run()
    }
    this.#nowAt = until
  }

  /** How many alarms are set and not yet run. */
  get pending(): number {
    return this.#alarms.size
  }

  #nextDue(until: number): Alarm | undefined {
    let next: Alarm | undefined
    for (const alarm of this.#alarms) {
      if (alarm.dueAt <= until && (!next || alarm.dueAt < next.dueAt)) next = alarm
    }
    return next
  }
}
