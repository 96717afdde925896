import type { StopReason } from '../domain/run.ts'

/** Stops a run from outside, also before it has begun. */
export class StopSwitch {
  readonly #controller = new AbortController()
  #stopRun: ((reason: StopReason) => void) | null = null
  #reason: StopReason | null = null

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  stop(reason: StopReason): void {
    this.#reason ??= reason
    this.#controller.abort()
    this.#stopRun?.(this.#reason)
  }

  attach(stopRun: (reason: StopReason) => void): void {
    this.#stopRun = stopRun
    if (this.#reason !== null) stopRun(this.#reason)
  }
}
