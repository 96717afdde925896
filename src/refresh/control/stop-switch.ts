import type { StopReason } from '../../domain/run.ts'

type StopRun = (reason: StopReason, detail: string | null) => void

/** Stops a run from outside, also before it has begun. */
export class StopSwitch {
  readonly #controller = new AbortController()
  #stopRun: StopRun | null = null
  #why: readonly [reason: StopReason, detail: string | null] | null = null
  #preempted = false

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The first reason counts; `detail`: in words, where it alone does not say it. */
  stop(reason: StopReason, detail: string | null = null): void {
    this.#why ??= [reason, detail]
    this.#controller.abort()
    this.#stopRun?.(...this.#why)
  }

  /** Stops the run for a job that has precedence, unless it is being stopped already; it goes on after that. */
  preempt(job: string): void {
    this.#preempted = this.#why === null
    this.stop('interrupted', `it was preempted by "${job}", which has a higher priority`)
  }

  /** The run was stopped for another job, and for nothing else; one that came to its end meanwhile was not. */
  hasPreempted({ stopReason }: { readonly stopReason: StopReason | null }): boolean {
    return this.#preempted && stopReason === 'interrupted'
  }

  attach(stopRun: StopRun): void {
    this.#stopRun = stopRun
    if (this.#why !== null) stopRun(...this.#why)
  }
}
