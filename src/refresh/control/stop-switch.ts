import type { StopReason } from '../../domain/run.ts'

type StopRun = (reason: StopReason, detail: string | null) => void

/** Stops a run from outside, also before it has begun. */
export class StopSwitch {
  readonly #controller = new AbortController()
  #stopRun: StopRun | null = null
  #why: readonly [reason: StopReason, detail: string | null] | null = null

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The first reason counts; `detail`: in words, where it alone does not say it. */
  stop(reason: StopReason, detail: string | null = null): void {
    this.#why ??= [reason, detail]
    this.#controller.abort()
    this.#stopRun?.(...this.#why)
  }

  attach(stopRun: StopRun): void {
    this.#stopRun = stopRun
    if (this.#why !== null) stopRun(...this.#why)
  }
}
