import type { Clock } from '../../domain/clock.ts'
import type { StopReason } from '../../domain/run.ts'
import { retryDelayMs } from '../call/retry-delay.ts'
import type { ItemReading, Made } from '../classify/reply-reader.ts'
import type { Validity } from '../classify/validity.ts'
import type { Slices } from '../open/batch-size.ts'
import type { Canary } from '../open/canary.ts'
import type { CallItem, FinishedCall, OpenedCall } from '../ports/calls.ts'
import type { Pace } from '../ports/pace.ts'
import type { VendorRules } from '../ports/vendor.ts'
import type { WorkList } from '../select/work-list.ts'
import { type CoolDown, type Fate, fateOf, finish, refusedWhole } from './settlement.ts'

export interface ItemFatesParts {
  readonly work: WorkList
  readonly canary: Canary
  readonly slices: Slices
  readonly validity: Validity
  readonly pace: Pace
  readonly rules: VendorRules
  readonly clock: Clock
  readonly random: () => number
  readonly coolDown: CoolDown
  readonly finished: (call: FinishedCall) => void
  readonly stop: (reason: StopReason, detail: string) => void
}

/** What becomes of the items of a call that is over: they end, or go back to the work list. */
export class ItemFates {
  readonly #parts: ItemFatesParts

  constructor(parts: ItemFatesParts) {
    this.#parts = parts
  }

  /** Decides it for each item, and hands the call to the next checkpoint. */
  settle(call: OpenedCall, made: Made): void {
    const { coolDown, finished } = this.#parts
    const whole = refusedWhole(call, made)
    if (whole) this.split(call, made.reading.status === 413 ? Math.ceil(call.items.length / 2) : null)
    const fates = call.items.map((asked, at): Fate => {
      return whole ? { kind: 'split' } : this.#settleItem(asked, made.items[at] as ItemReading)
    })
    finished(finish(call, made, fates, coolDown))
  }

  /** The call's items go again, in smaller calls: in halves, or, where the call was too long, no more than `fit`. */
  split({ items }: OpenedCall, fit: number | null): void {
    const { slices, work, canary } = this.#parts
    const seqs = items.map(({ item }) => item.seq)
    if (fit === null) slices.narrow(seqs, Math.ceil(items.length / 2))
    else slices.tooLong(seqs, fit)
    for (const { item } of items) {
      canary.returned()
      work.putFront(item)
    }
  }

  #settleItem({ item, changed }: CallItem, reading: ItemReading): Fate {
    const { rules, pace, work, clock, random, canary, slices } = this.#parts
    const { maxAttempts, onUnknown } = rules
    if (reading.paid) canary.paid(item.seq, reading.shown)
    this.#checkValidity(reading)
    const rest = { maxAttempts, onUnknown, unwell: pace.unwell }
    const fate = changed ? supersededIfDone(fateOf(item, reading, rest)) : fateOf(item, reading, rest)
    if (fate.kind === 'end') slices.forget(item.seq)
    else canary.returned()
    if (fate.kind === 'front') work.putFront(item)
    if (fate.kind === 'back') {
      work.putBack({ ...item, attempts: fate.attempts }, clock.monotonic() + retryDelayMs(fate.attempts, random))
    }
    return fate
  }

  #checkValidity({ mapped }: ItemReading): void {
    const wrong = mapped === null ? null : this.#parts.validity.saw(mapped)
    if (wrong !== null) this.#parts.stop('error', wrong)
  }
}

/** The result is for the record as it was: nothing of it is written. */
function supersededIfDone(fate: Fate): Fate {
  if (fate.kind !== 'end' || fate.end !== 'refreshed') return fate
  return { kind: 'end', end: 'superseded', reason: 'it has been changed while its call was out' }
}
