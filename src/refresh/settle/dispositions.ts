import type { StopReason } from '../../domain/run/run.ts'
import { retryDelayMs } from '../call/retry-delay.ts'
import type { CallResult, ItemReading } from '../classify/reply-reader.ts'
import type { SilentPaths } from '../classify/silent-paths.ts'
import type { BatchSizes } from '../open/batch-size.ts'
import type { ConfigFit } from '../open/config-fit.ts'
import type { CallItem, FinishedCall, OpenedCall } from '../ports/calls.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { WorkList } from '../select/work-list.ts'
import { type Disposition, dispositionOf, finish, refusedWhole } from './settlement.ts'

export interface DispositionsParts extends Pick<RunParts, 'pace' | 'rules' | 'clock' | 'random' | 'coolDown'> {
  readonly work: WorkList
  readonly fit: ConfigFit
  readonly silentPaths: SilentPaths
  readonly batchSizes: BatchSizes
  readonly finished: (call: FinishedCall) => void
  readonly stop: (reason: StopReason, detail: string) => void
}

/** Decides the disposition of a finished call's items: they end, or go back to the work list. */
export class Dispositions {
  readonly #parts: DispositionsParts

  constructor(parts: DispositionsParts) {
    this.#parts = parts
  }

  /** Decides each item's disposition, and passes the call to the next checkpoint. */
  settle(call: OpenedCall, result: CallResult): void {
    const { coolDown, finished } = this.#parts
    const isRefused = refusedWhole(call, result)
    if (isRefused) this.split(call, result.reading.status === 413 ? Math.ceil(call.items.length / 2) : null)
    const dispositions = call.items.map((asked, at): Disposition => {
      return isRefused ? { kind: 'split' } : this.#settleItem(asked, result.items[at] as ItemReading)
    })
    finished(finish(call, result, dispositions, coolDown))
  }

  /** Retries the call's items in smaller calls: in halves, or with at most `fit` items if the call was too long. */
  split(call: OpenedCall, fit: number | null): void {
    const { batchSizes } = this.#parts
    const seqs = call.items.map(({ item }) => item.seq)
    if (fit === null) batchSizes.narrow(seqs, Math.ceil(call.items.length / 2))
    else batchSizes.tooLong(seqs, fit)
    this.giveBack(call)
  }

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
    const decided = dispositionOf(item, reading, { maxAttempts, onUnknown, unhealthy: pace.unhealthy })
    const disposition = changed ? supersededIfDone(decided) : decided
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

/** The record has changed since its request, so the result is not written. */
function supersededIfDone(disposition: Disposition): Disposition {
  if (disposition.kind !== 'end' || disposition.end !== 'refreshed') return disposition
  return { kind: 'end', end: 'superseded', reason: 'the record changed while its call was in flight' }
}
