import { type Credits, plus } from '../../domain/credits/credits.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { OpenedCall } from '../ports/calls.ts'

export interface Leaving {
  readonly call: OpenedCall
  /** It was sent before: it is sent again under its idempotency key, or polled. */
  readonly again: boolean
}

export interface Sent {
  /** What it cost; its reservation if that is unknown. */
  readonly cost: Credits
  /** To be sent again, or polled, in `ms`; null: it is finished. */
  readonly later: { readonly call: OpenedCall; readonly ms: number } | null
}

/** Suspect calls in flight at once: so many are set aside if the process dies again. New calls go beside them. */
const SUSPECTS_AT_ONCE = 2

/**
 * The calls that are opened and not settled: waiting to be sent, in flight, to be sent again under their idempotency key
 * after a lost reply, or being worked on by the vendor as jobs, which are polled.
 */
export class OpenCalls {
  readonly #clock: Clock
  /** Jobs are polled at multiples of this only, so that they come due together; null: each at its own time. */
  readonly #pollGridMs: number | null
  /** Slots that wait for a call, longest waiting first. */
  #starved: (() => void)[] = []
  #waiting: Leaving[] = []
  #polls: OpenedCall[] = []
  #later: { call: OpenedCall; dueAt: number }[] = []
  /**
   * Calls that were in flight when a process died. They are sent again few at a time, since one of them may have crashed
   * it. #suspectsOut holds the numbers of those in flight.
   */
  #suspects: OpenedCall[] = []
  readonly #suspectsOut = new Set<number>()
  #inFlight = 0
  #pollsInFlight = 0
  #sentEver = 0

  constructor(clock: Clock, pollGridMs: number | null = null) {
    this.#clock = clock
    this.#pollGridMs = pollGridMs
  }

  get unsent(): number {
    return this.#waiting.length
  }
  /** The reservation of the next call to be sent; null: none waits. */
  get nextReservation(): Credits | null {
    return this.#waiting[0]?.call.reservation ?? null
  }
  /** The reservation of the next call, where it is to be sent again; null: another is next, or none. */
  get nextResend(): Credits | null {
    const [next] = this.#waiting
    const suspect = this.#suspects[0]?.reservation ?? null
    return next === undefined ? suspect : next.again ? next.call.reservation : null
  }
  /** Jobs to be polled now. */
  get unpolled(): number {
    return this.#polls.length
  }
  get inFlight(): number {
    return this.#inFlight
  }
  /** Calls to be sent again or polled later. */
  get due(): number {
    return this.#later.length
  }
  /** Calls that the vendor is working on, including those being polled. */
  get jobs(): number {
    const later = this.#later.filter(({ call }) => call.vendorJob !== undefined).length
    return this.#polls.length + later + this.#pollsInFlight
  }
  get total(): number {
    return this.#waiting.length + this.#polls.length + this.#inFlight + this.#later.length + this.#suspects.length
  }
  /** Calls that wait to be sent again. */
  get resends(): number {
    const later = this.#later.filter(({ call }) => call.vendorJob === undefined).length
    return this.#waiting.filter(({ again }) => again).length + later + this.#suspects.length
  }
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

  /** The suspects that may be sent now: pass them to `add` once the database has recorded it. */
  takeSuspects(): OpenedCall[] {
    const taken = this.#suspects.splice(0, SUSPECTS_AT_ONCE - this.#suspectsOut.size)
    for (const { n } of taken) this.#suspectsOut.add(n)
    return taken
  }

  committed({ n }: { readonly n: number }): void {
    this.#suspectsOut.delete(n)
  }

  /** Schedules the call to be sent again, or polled, in `ms`. */
  later(call: OpenedCall, ms: number): void {
    if (ms <= 0) this.add([call], true)
    else this.#later.push({ call, dueAt: this.#onGrid(call, this.#clock.monotonic() + ms) })
  }

  #onGrid({ vendorJob }: OpenedCall, at: number): number {
    const gridMs = vendorJob === undefined ? null : this.#pollGridMs
    return gridMs === null ? at : Math.ceil(at / gridMs) * gridMs
  }

  /** When the next scheduled call is due, monotonic ms; null: none. */
  get nextDueAt(): number | null {
    return this.#later.length === 0 ? null : Math.min(...this.#later.map(({ dueAt }) => dueAt))
  }

  /** Moves calls that are due to the waiting ones. */
  wakeDue(): void {
    if (this.#later.length === 0) return
    const now = this.#clock.monotonic()
    const due = this.#later.filter(({ dueAt }) => dueAt <= now)
    this.#later = this.#later.filter(({ dueAt }) => dueAt > now)
    this.add(
      due.map(({ call }) => call),
      true,
    )
  }

  /** Removes up to `count` calls that were never sent, newest first. */
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

  /** Removes all calls that wait to be sent again, now or later. */
  withdrawResends(): OpenedCall[] {
    const waiting = [...this.#waiting.filter(({ again }) => again), ...this.#later].map(({ call }) => call)
    const resends = [...waiting, ...this.#suspects.splice(0)]
    this.#waiting = this.#waiting.filter(({ again }) => !again)
    this.#later = this.#later.filter(({ call }) => call.vendorJob !== undefined)
    return resends.filter(({ vendorJob }) => vendorJob === undefined)
  }

  takeCall(): Leaving | null {
    return this.#waiting.shift() ?? null
  }

  /** The jobs to be polled by the next request: the first that waits, and those that `together` lets go with it. */
  takePolls(together: (first: OpenedCall, waiting: readonly OpenedCall[]) => readonly OpenedCall[]): OpenedCall[] {
    const [first, ...waiting] = this.#polls
    if (first === undefined) return []
    const taken = new Set([first, ...together(first, waiting)])
    this.#polls = this.#polls.filter((call) => !taken.has(call))
    return [...taken]
  }

  /** Sends one call, and counts it as in flight until it returns. */
  follow(request: () => Promise<Sent>): Promise<Credits> {
    return this.#follow(async () => [await request()], 1, 0)
  }

  /** Polls jobs with one request, and counts each of them as in flight until it returns. */
  followPolls(request: () => Promise<readonly Sent[]>, polls: number): Promise<Credits> {
    return this.#follow(request, polls, polls)
  }

  /** Schedules the repeats, where there are any. */
  async #follow(request: () => Promise<readonly Sent[]>, calls: number, polls: number): Promise<Credits> {
    this.#inFlight += calls
    this.#pollsInFlight += polls
    this.#sentEver += 1
    try {
      const sent = await request()
      for (const { later } of sent) if (later !== null) this.later(later.call, later.ms)
      return plus(...sent.map(({ cost }) => cost))
    } finally {
      this.#inFlight -= calls
      this.#pollsInFlight -= polls
    }
  }

  /** Resolves when calls are added, or after `ms`. */
  added(ms: number): Promise<void> {
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
