import type { Clock } from '../../domain/clock.ts'
import type { StopReason } from '../../domain/run.ts'
import { retryDelayMs } from '../call/retry-delay.ts'
import type { CallResult, ItemReading } from '../classify/reply-reader.ts'
import type { SilentPaths } from '../classify/silent-paths.ts'
import type { BatchSizes } from '../open/batch-size.ts'
import type { ConfigFit } from '../open/config-fit.ts'
import type { CallItem, FinishedCall, OpenedCall } from '../ports/calls.ts'
import type { Pace } from '../ports/pace.ts'
import type { VendorRules } from '../ports/vendor.ts'
import type { WorkList } from '../select/work-list.ts'
import { type CoolDown, type Disposition, dispositionOf, finish, refusedWhole } from './settlement.ts'

export interface DispositionsParts {
  readonly work: WorkList
  readonly fit: ConfigFit
  readonly silentPaths: SilentPaths
  readonly batchSizes: BatchSizes
  readonly pace: Pace
  readonly rules: VendorRules
  readonly clock: Clock
  readonly random: () => number
  readonly coolDown: CoolDown
  readonly finished: (call: FinishedCall) => void
  readonly stop: (reason: StopReason, detail: string) => void
}

/** What becomes of the items of a call that is over: they end, or go back to the work list. */
export class Dispositions {
  readonly #parts: DispositionsParts

  constructor(parts: DispositionsParts) {
    this.#parts = parts
  }

  /** Decides it for each item, and hands the call to the next checkpoint. */
  settle(call: OpenedCall, result: CallResult): void {
    const { coolDown, finished } = this.#parts
    const whole = refusedWhole(call, result)
    if (whole) this.split(call, result.reading.status === 413 ? Math.ceil(call.items.length / 2) : null)
    const dispositions = call.items.map((asked, at): Disposition => {
      return whole ? { kind: 'split' } : this.#settleItem(asked, result.items[at] as ItemReading)
    })
    finished(finish(call, result, dispositions, coolDown))
  }

  /** The call's items go again, in smaller calls: in halves, or, where the call was too long, no more than `fit`. */
  split(call: OpenedCall, fit: number | null): void {
    const { batchSizes } = this.#parts
    const seqs = call.items.map(({ item }) => item.seq)
    if (fit === null) batchSizes.narrow(seqs, Math.ceil(call.items.length / 2))
    else batchSizes.tooLong(seqs, fit)
    this.giveBack(call)
  }

  /** The call's items go again, first of all. */
  giveBack({ items }: OpenedCall): void {
    const { work, fit } = this.#parts
    for (const { item } of items) {
      fit.returned(item.seq)
      work.putFront(item)
    }
  }

  #settleItem({ item, changed }: CallItem, reading: ItemReading): Disposition {
    const { rules, pace, work, clock, random, fit, batchSizes } = this.#parts
    const { maxAttempts, onUnknown } = rules
    fit.answered(item.seq, reading)
    if (reading.mapped !== null) this.#parts.silentPaths.saw(reading.mapped)
    const rest = { maxAttempts, onUnknown, unhealthy: pace.unhealthy }
    const disposition = changed
      ? supersededIfDone(dispositionOf(item, reading, rest))
      : dispositionOf(item, reading, rest)
    if (disposition.kind === 'end') batchSizes.forget(item.seq)
    else fit.returned(item.seq)
    if (disposition.kind === 'front') work.putFront(item)
    if (disposition.kind === 'back') {
      work.putBack(
        { ...item, attempts: disposition.attempts },
        clock.monotonic() + retryDelayMs(disposition.attempts, random),
      )
    }
    return disposition
  }
}

/** The result is for the record as it was: nothing of it is written. */
function supersededIfDone(disposition: Disposition): Disposition {
  if (disposition.kind !== 'end' || disposition.end !== 'refreshed') return disposition
  return { kind: 'end', end: 'superseded', reason: 'it has been changed while its call was out' }
}
