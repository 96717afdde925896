import type { Clock } from '../../domain/clock.ts'
import { type Credits, NO_CREDITS } from '../../domain/credits.ts'
import type { OpenedCall } from '../ports/calls.ts'
import type { CallSource } from '../ports/pace.ts'

/** Sends one call, or asks after it; resolves to what it cost, or holds. */
export type Send = (call: OpenedCall, again: boolean) => Promise<Credits>

/** So many suspects are out at once at most. */
const MOST_SUSPECTS = 16

interface Entry {
  readonly call: OpenedCall
  /** It was sent before, and goes out again under its idempotency key. */
  readonly again: boolean
}

/**
 * The calls that have been opened and are not settled: those that wait to be sent, those on the wire, those whose
 * reply was lost and that go out again under their idempotency key, and those that the vendor works on as jobs of its
 * own, which are polled.
 */
export class CallsInFlight implements CallSource {
  readonly #parts: CallsInFlightParts
  /** Slots that wait for a call, the longest first. */
  #starved: (() => void)[] = []
  #waiting: Entry[] = []
  #polls: OpenedCall[] = []
  #later: { call: OpenedCall; dueAt: number }[] = []
  /**
   * Calls that a process died with: they go out again one, then two, then four at a time, so that what it died of stands
   * out. By number: those that are out.
   */
  #suspects: OpenedCall[] = []
  readonly #suspectsOut = new Set<number>()
  #suspectsAtOnce = 1
  #onTheWire = 0
  #pollsOnTheWire = 0
  #sentEver = 0
  /** The last turn was a poll's: where a call waits, it is that one's turn. */
  #polled = false

  constructor(parts: CallsInFlightParts) {
    this.#parts = parts
  }

  /** Calls and polls that may be sent now. */
  get waiting(): number {
    const { mayRun, mayPoll } = this.#parts
    return (mayRun() ? this.#waiting.length : 0) + (this.#polls.length > 0 && mayPoll() ? this.#polls.length : 0)
  }
  /** A poll costs nothing. */
  get reservation(): Credits {
    return this.#isPollNext ? NO_CREDITS : (this.#waiting[0]?.call.reservation ?? NO_CREDITS)
  }
  /** Calls that are opened and not sent, whether they may be or not. */
  get unsent(): number {
    return this.#waiting.length
  }
  get onTheWire(): number {
    return this.#onTheWire
  }
  /** Calls that go out again, or are asked after, when they are due. */
  get due(): number {
    return this.#later.length
  }
  /** Calls that the vendor works on, those that are just being asked after included. */
  get jobs(): number {
    const later = this.#later.filter(({ call }) => call.vendorJob !== undefined).length
    return this.#polls.length + later + this.#pollsOnTheWire
  }
  get total(): number {
    return this.#waiting.length + this.#polls.length + this.#onTheWire + this.#later.length + this.#suspects.length
  }
  /** Requests made since the process began. */
  get sentEver(): number {
    return this.#sentEver
  }

  add(calls: readonly OpenedCall[], again = false): void {
    for (const call of calls) {
      if (call.vendorJob === undefined) this.#waiting.push({ call, again })
      else this.#polls.push(call)
    }
    for (const wake of this.#starved.splice(0, calls.length)) wake()
  }

  addSuspects(calls: readonly OpenedCall[]): void {
    this.#suspects.push(...calls)
  }

  /** The suspects that may go out now: hand them to `add` once the database knows that they do. */
  takeSuspects(): OpenedCall[] {
    if (!this.#parts.mayRun()) return []
    const taken = this.#suspects.splice(0, this.#suspectsAtOnce - this.#suspectsOut.size)
    for (const { n } of taken) this.#suspectsOut.add(n)
    return taken
  }

  /** The call's outcome has been committed. */
  committed({ n }: { readonly n: number }): void {
    if (!this.#suspectsOut.delete(n)) return
    this.#suspectsAtOnce = Math.min(this.#suspectsAtOnce * 2, MOST_SUSPECTS)
  }

  /** The call goes out again, under its idempotency key, or is asked after, after so many ms. */
  later(call: OpenedCall, ms: number): void {
    if (ms <= 0) this.add([call], true)
    else this.#later.push({ call, dueAt: this.#parts.clock.monotonic() + ms })
  }

  /** When the next one is due, monotonic ms; null: none. */
  get nextDueAt(): number | null {
    return this.#later.length === 0 ? null : Math.min(...this.#later.map(({ dueAt }) => dueAt))
  }

  /** Moves what is due to what waits. */
  wakeDue(): void {
    if (this.#later.length === 0) return
    const now = this.#parts.clock.monotonic()
    const due = this.#later.filter(({ dueAt }) => dueAt <= now)
    this.#later = this.#later.filter(({ dueAt }) => dueAt > now)
    this.add(
      due.map(({ call }) => call),
      true,
    )
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
    const waiting = [...this.#waiting.filter(({ again }) => again), ...this.#later].map(({ call }) => call)
    const resends = [...waiting, ...this.#suspects.splice(0)]
    this.#waiting = this.#waiting.filter(({ again }) => !again)
    this.#later = this.#later.filter(({ call }) => call.vendorJob !== undefined)
    return resends.filter(({ vendorJob }) => vendorJob === undefined)
  }

  next(): Promise<Credits> | null {
    this.#polled = this.#isPollNext
    const entry = this.#polled ? this.#nextPoll() : this.#nextCall()
    if (entry === null) return null
    const polls = this.#polled ? 1 : 0
    this.#onTheWire += 1
    this.#pollsOnTheWire += polls
    this.#sentEver += 1
    return this.#parts.send(entry.call, entry.again).finally(() => {
      this.#onTheWire -= 1
      this.#pollsOnTheWire -= polls
    })
  }

  more(ms: number): Promise<void> {
    if (this.waiting > 0) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        cancel()
        resolve()
      }
      const cancel = this.#parts.clock.after(ms, () => {
        this.#starved = this.#starved.filter((other) => other !== wake)
        resolve()
      })
      this.#starved.push(wake)
    })
  }

  /** Where both wait they take turns, so that polls never take more than half of what the vendor permits. */
  get #isPollNext(): boolean {
    if (this.#polls.length === 0 || !this.#parts.mayPoll()) return false
    return !this.#polled || this.#waiting.length === 0 || !this.#parts.mayRun()
  }

  #nextPoll(): Entry | null {
    const call = this.#polls.shift()
    return call === undefined ? null : { call, again: true }
  }

  #nextCall(): Entry | null {
    return this.#parts.mayRun() ? (this.#waiting.shift() ?? null) : null
  }
}

export interface CallsInFlightParts {
  readonly clock: Clock
  readonly send: Send
  /** False: nothing may be sent just now (the lease is in doubt, the database is away, the run is stopping). */
  readonly mayRun: () => boolean
  /** False: nobody may be asked after just now. */
  readonly mayPoll: () => boolean
}
