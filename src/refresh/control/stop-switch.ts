import type { StopReason } from '../../domain/run/run.ts'

type StopRun = (reason: StopReason, detail: string | null) => void

/** Stops a run from outside, even before it has begun. */
export class StopSwitch {
  readonly #controller = new AbortController()
  #stopRun: StopRun | null = null
  #why: readonly [reason: StopReason, detail: string | null] | null = null
  #preempted = false

  /** `signal`: interrupts the run. */
  constructor(signal?: AbortSignal) {
    const interrupt = () => this.stop('interrupted')
    if (signal?.aborted) interrupt()
    signal?.addEventListener('abort', interrupt, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The first reason counts; `detail` explains it where needed. */
  stop(reason: StopReason, detail: string | null = null): void {
    this.#why ??= [reason, detail]
    this.#controller.abort()
    this.#stopRun?.(...this.#why)
  }

  /** Stops the run for a job with a higher priority, unless it is already stopping; it is resumed after that job. */
  preempt(job: string): void {
    this.#preempted ||= this.#why === null
    this.stop('interrupted', `it was preempted by "${job}", which has a higher priority`)
  }

  /** True if the run was stopped for another job; false if it had ended by itself meanwhile. */
  hasPreempted({ stopReason }: { readonly stopReason: StopReason | null }): boolean {
    return this.#preempted && stopReason === 'interrupted'
  }

  attach(stopRun: StopRun): void {
    this.#stopRun = stopRun
    if (this.#why !== null) stopRun(...this.#why)
  }
}
