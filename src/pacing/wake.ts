import type { Clock } from '../domain/time/clock.ts'

/** A single timer: of several requested instants the earliest counts. Instants are monotonic ms. */
export class Wake {
  readonly #clock: Clock
  #timer: { readonly at: number; readonly cancel: () => void } | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  at(at: number, then: () => void): void {
    if (this.#timer !== null && this.#timer.at <= at) return
    this.callOff()
    const wake = () => {
      this.#timer = null
      then()
    }
    this.#timer = { at, cancel: this.#clock.after(at - this.#clock.monotonic(), wake) }
  }

  callOff(): void {
    this.#timer?.cancel()
    this.#timer = null
  }
}
