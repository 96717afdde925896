import type { FinishedCall } from '../ports/calls.ts'

/** Finished calls that wait for the next checkpoint. */
export class FinishedCalls {
  readonly #calls: FinishedCall[]
  readonly #isAsync: boolean
  readonly #onAdd: () => void

  /** `left`: left by the previous process, to be committed first. `isAsync`: the vendor takes calls as jobs. */
  constructor(parts: { left: readonly FinishedCall[]; isAsync: boolean; onAdd: () => void }) {
    this.#calls = [...parts.left]
    this.#isAsync = parts.isAsync
    this.#onAdd = parts.onAdd
  }

  get count(): number {
    return this.#calls.length
  }

  /** Jobs have been submitted that are not in the database yet. */
  get newJobs(): boolean {
    return this.#isAsync && this.#calls.some(({ state }) => state === 'submitted')
  }

  add(call: FinishedCall): void {
    // A checkpoint may contain a call only once: the job's result replaces its submission.
    const before = this.#isAsync ? this.#calls.findIndex(({ n }) => n === call.n) : -1
    if (before < 0) this.#calls.push(call)
    else this.#calls[before] = call
    this.#onAdd()
  }

  take(): FinishedCall[] {
    return this.#calls.splice(0)
  }
}
