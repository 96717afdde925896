import type { Log } from '../ports/log.ts'

/** What a person should look at, of a run and all its processes: each is logged once, and kept with the run. */
export class Warnings {
  readonly #all: string[]
  readonly #log: Log

  constructor(before: readonly string[], log: Log) {
    this.#all = [...before]
    this.#log = log
  }

  get all(): readonly string[] {
    return this.#all
  }

  add(warning: string): void {
    if (this.#all.includes(warning)) return
    this.#all.push(warning)
    this.#log.warn({}, warning)
  }
}
