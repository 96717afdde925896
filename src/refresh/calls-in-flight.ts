import type { Clock } from '../domain/clock.ts'
import { type Credits, NO_CREDITS } from '../domain/credits.ts'
import type { CallSource } from './ports/pace.ts'
import type { OpenedCall } from './ports/store.ts'

/** Sends one call; resolves to what it cost, or holds. */
export type Send = (call: OpenedCall, again: boolean) => Promise<Credits>

/**
 * The calls that have been opened and have no reply yet: those that wait to be sent, those on the wire, and those
 * whose reply was lost and that go out again under their idempotency key.
 */
export class CallsInFlight implements CallSource {
  readonly #clock: Clock
  readonly #send: Send
  /** False: nothing may be sent just now (the lease is in doubt, the database is away, the run is stopping). */
  readonly #mayRun: () => boolean
  /** Slots that wait for a call, the longest first. */
  #starved: (() => void)[] = []
  #waiting: { call: OpenedCall; again: boolean }[] = []
  #later: { call: OpenedCall; dueAt: number }[] = []
  #onTheWire = 0
  #sentEver = 0

  constructor(parts: { clock: Clock; send: Send; mayRun: () => boolean }) {
    this.#clock = parts.clock
    this.#send = parts.send
    this.#mayRun = parts.mayRun
  }

  /** Calls that may be sent now. */
  get waiting(): number {
    return this.#mayRun() ? this.#waiting.length : 0
  }
  get reservation(): Credits {
    return this.#waiting[0]?.call.reservation ?? NO_CREDITS
  }
  /** Calls that are opened and not sent, whether they may be or not. */
  get unsent(): number {
    return this.#waiting.length
  }
  get onTheWire(): number {
    return this.#onTheWire
  }
  get later(): number {
    return this.#later.length
  }
  get total(): number {
    return this.#waiting.length + this.#onTheWire + this.#later.length
  }
  /** Calls sent since the process began. */
  get sentEver(): number {
    return this.#sentEver
  }

  add(calls: readonly OpenedCall[], again = false): void {
    for (const call of calls) this.#waiting.push({ call, again })
    for (const wake of this.#starved.splice(0, calls.length)) wake()
  }

  /** The call goes out again, under its idempotency key, when it is due. */
  resend(call: OpenedCall, dueAt: number): void {
    this.#later.push({ call, dueAt })
  }

  /** Moves calls that are due to go out again to those that wait. Returns when the next one is due; null: none. */
  wakeDue(): number | null {
    const now = this.#clock.now()
    const due = this.#later.filter(({ dueAt }) => dueAt <= now)
    this.#later = this.#later.filter(({ dueAt }) => dueAt > now)
    this.add(
      due.map(({ call }) => call),
      true,
    )
    return this.#later.length === 0 ? null : Math.min(...this.#later.map(({ dueAt }) => dueAt))
  }

  /** Takes calls that were never sent out of the line, the newest first; calls that go out again stay. */
  withdraw(count: number): OpenedCall[] {
    const withdrawn: OpenedCall[] = []
    for (let at = this.#waiting.length - 1; at >= 0 && withdrawn.length < count; at--) {
      const entry = this.#waiting[at]
      if (entry === undefined || entry.again) continue
      withdrawn.push(entry.call)
      this.#waiting.splice(at, 1)
    }
    return withdrawn
  }

  /** Takes calls that go out again, now or later, out of the line. */
  withdrawResends(): OpenedCall[] {
    const resends = [...this.#waiting.filter(({ again }) => again), ...this.#later].map(({ call }) => call)
    this.#waiting = this.#waiting.filter(({ again }) => !again)
    this.#later = []
    return resends
  }

  next(): Promise<Credits> | null {
    if (!this.#mayRun()) return null
    const next = this.#waiting.shift()
    if (next === undefined) return null
    this.#onTheWire += 1
    this.#sentEver += 1
    return this.#send(next.call, next.again).finally(() => {
      this.#onTheWire -= 1
    })
  }

  more(ms: number): Promise<void> {
    if (this.waiting > 0) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        cancel()
        resolve()
      }
      const cancel = this.#clock.after(ms, () => {
        this.#starved = this.#starved.filter((other) => other !== wake)
        resolve()
      })
      this.#starved.push(wake)
    })
  }
}
