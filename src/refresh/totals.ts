import type { Credits } from '../domain/credits.ts'
import type { ItemEndState } from '../domain/item.ts'
import type { CallCounts, Run } from '../domain/run.ts'
import { type ErrorCounts, NO_ERRORS } from './error-counts.ts'
import type { Selected } from './ports/selection.ts'

/** The run's sums as of the last checkpoint, and the calls counted since. */
export class Totals {
  #run: Run
  #calls = { sent: 0, throttled: 0, failed: 0, unknown: 0 }
  #errors = NO_ERRORS
  #told = NO_ERRORS

  constructor(run: Run) {
    this.#run = run
  }

  get run(): Run {
    return this.#run
  }

  count(what: keyof CallCounts): void {
    this.#calls[what] += 1
  }

  /** Of this process, up to the calls that were taken last. */
  get errors(): ErrorCounts {
    return this.#told
  }

  erred(kind: keyof ErrorCounts): void {
    this.#errors = { ...this.#errors, [kind]: this.#errors[kind] + 1 }
  }

  /** The counts since the last checkpoint; they are the next one's. */
  takeCalls(): CallCounts {
    const calls = this.#calls
    this.#told = this.#errors
    this.#calls = { sent: 0, throttled: 0, failed: 0, unknown: 0 }
    return calls
  }

  selected({ added, twins, all, coolingDown }: Selected): void {
    const { selected, twins: before } = this.#run
    this.#run = { ...this.#run, selected: selected + added, twins: before + twins, selectedAll: all, coolingDown }
  }

  committed(
    ends: readonly (ItemEndState | null)[],
    calls: CallCounts,
    now: Pick<
      Run,
      | 'cursor'
      | 'lastCall'
      | 'budget'
      | 'saved'
      | 'spent'
      | 'held'
      | 'unknown'
      | 'balance'
      | 'canaryDone'
      | 'activeMs'
      | 'changes'
    >,
  ): void {
    const items = { ...this.#run.items }
    for (const end of ends) if (end !== null) items[end] += 1
    const before = this.#run.calls
    this.#run = {
      ...this.#run,
      ...now,
      items,
      checkpoint: this.#run.checkpoint + 1,
      calls: {
        sent: before.sent + calls.sent,
        throttled: before.throttled + calls.throttled,
        failed: before.failed + calls.failed,
        unknown: before.unknown + calls.unknown,
      },
    }
  }

  reconciled(spent: Credits, balance: Credits): void {
    const { held, unknown } = this.#run
    this.#run = { ...this.#run, spent, held: (held - unknown) as Credits, unknown: 0 as Credits, balance }
  }
}
