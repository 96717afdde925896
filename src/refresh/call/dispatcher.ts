import { type Credits, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { OpenedCall } from '../ports/calls.ts'
import type { CallSource } from '../ports/pace.ts'
import type { Leaving, OpenCalls, Sent } from './open-calls.ts'

export interface DispatcherParts {
  readonly calls: OpenCalls
  readonly send: (call: OpenedCall, again: boolean) => Promise<Sent>
  /** Polls the jobs of these calls with one request. */
  readonly poll: (calls: readonly OpenedCall[]) => Promise<readonly Sent[]>
  /** Which of the waiting jobs are polled together with the first. */
  readonly together: (first: OpenedCall, waiting: readonly OpenedCall[]) => readonly OpenedCall[]
  /** False: no call may be sent now (the lease is in doubt, the database is unreachable, the run is stopping). */
  readonly mayRun: () => boolean
  /** False: no job may be polled now. */
  readonly mayPoll: () => boolean
}

/** Hands the open calls to the pace, which decides when each leaves. */
export class Dispatcher implements CallSource {
  readonly #parts: DispatcherParts
  /** The last turn was a poll: a waiting call is next. */
  #polled = false

  constructor(parts: DispatcherParts) {
    this.#parts = parts
  }

  /** Calls and polls that may be sent now. */
  get waiting(): number {
    const { calls, mayRun, mayPoll } = this.#parts
    return (mayRun() ? calls.unsent : 0) + (calls.unpolled > 0 && mayPoll() ? calls.unpolled : 0)
  }

  /** Zero if a poll is next: polls are free. */
  get reservation(): Credits {
    return this.#isPollNext ? NO_CREDITS : (this.#parts.calls.nextReservation ?? NO_CREDITS)
  }

  next(): Promise<Credits> | null {
    const { calls, send } = this.#parts
    this.#polled = this.#isPollNext
    if (this.#polled) return this.#poll()
    const leaving = this.#nextCall()
    return leaving === null ? null : calls.follow(() => send(leaving.call, leaving.again))
  }

  #poll(): Promise<Credits> | null {
    const { calls, poll, together } = this.#parts
    const polled = calls.takePolls(together)
    return polled.length === 0 ? null : calls.followPolls(() => poll(polled), polled.length)
  }

  more(ms: number): Promise<void> {
    return this.waiting > 0 ? Promise.resolve() : this.#parts.calls.added(ms)
  }

  suspects(): OpenedCall[] {
    return this.#parts.mayRun() ? this.#parts.calls.takeSuspects() : []
  }

  /** Waiting polls and calls alternate, so that polls never take more than half of the permitted rate. */
  get #isPollNext(): boolean {
    const { calls, mayRun, mayPoll } = this.#parts
    if (calls.unpolled === 0 || !mayPoll()) return false
    return !this.#polled || calls.unsent === 0 || !mayRun()
  }

  #nextCall(): Leaving | null {
    return this.#parts.mayRun() ? this.#parts.calls.takeCall() : null
  }
}
