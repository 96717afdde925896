import type { Credits } from '../../domain/credits/credits.ts'
import type { CallCounts, Run } from '../../domain/run/run.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { type ErrorCounts, NO_ERRORS } from '../events/error-counts.ts'
import type { Selected } from '../ports/selection.ts'
import type { RunSums } from '../ports/store.ts'

/** The run's totals as of the last checkpoint, and the calls counted since. */
export class Totals {
  #run: Run
  #calls = { sent: 0, throttled: 0, failed: 0, unknown: 0 }
  #errors = NO_ERRORS
  #takenErrors = NO_ERRORS

  readonly #before: Run
  readonly #clock: Clock
  readonly #beganAt: number

  /** `run`: as this process creates or resumes it. */
  constructor(run: Run, clock: Clock) {
    this.#run = run
    this.#before = run
    this.#clock = clock
    this.#beganAt = clock.monotonic()
  }

  get run(): Run {
    return this.#run
  }

  /** Selected records for which no call has been opened yet. */
  get untried(): number {
    return this.#run.selected - this.#run.cursor
  }

  /** True until this process has committed its first checkpoint. */
  get isFirst(): boolean {
    return this.#run.checkpoint === this.#before.checkpoint
  }

  /** Time that processes have worked on the run, ms. */
  get activeMs(): number {
    return this.#before.activeMs + this.#clock.monotonic() - this.#beganAt
  }

  count(what: keyof CallCounts): void {
    this.#calls[what] += 1
  }

  /** Errors of this process, as of the last `takeCalls`. */
  get errors(): ErrorCounts {
    return this.#takenErrors
  }

  erred(kind: keyof ErrorCounts): void {
    this.#errors = { ...this.#errors, [kind]: this.#errors[kind] + 1 }
  }

  takeCalls(): CallCounts {
    const calls = this.#calls
    this.#takenErrors = this.#errors
    this.#calls = { sent: 0, throttled: 0, failed: 0, unknown: 0 }
    return calls
  }

  selected({ selected, duplicates, all, coolingDown }: Selected): void {
    this.#run = { ...this.#run, selected, duplicates, selectedAll: all, coolingDown }
  }

  committed(sums: RunSums, now: Pick<Run, 'budget' | 'balance' | 'canaryDone' | 'warnings'>): void {
    const { activeMs } = this
    this.#run = { ...this.#run, ...sums, ...now, activeMs, checkpoint: this.#run.checkpoint + 1 }
  }

  reconciled(spent: Credits, balance: Credits): void {
    const { held, unknown } = this.#run
    this.#run = { ...this.#run, spent, held: (held - unknown) as Credits, unknown: 0 as Credits, balance }
  }
}
