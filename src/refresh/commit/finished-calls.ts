import type { FinishedCall } from '../ports/calls.ts'

/** Calls whose outcome waits for the next checkpoint. */
export class FinishedCalls {
  readonly #calls: FinishedCall[]
  readonly #isAsync: boolean
  readonly #onAdd: () => void

  /** `left`: what the process before left to be committed first. `isAsync`: the vendor takes calls as jobs of its own. */
  constructor(parts: { left: readonly FinishedCall[]; isAsync: boolean; onAdd: () => void }) {
    this.#calls = [...parts.left]
    this.#isAsync = parts.isAsync
    this.#onAdd = parts.onAdd
  }

  get count(): number {
    return this.#calls.length
  }

  /** The vendor has named jobs that the database does not know of. */
  get newJobs(): boolean {
    return this.#isAsync && this.#calls.some(({ state }) => state === 'submitted')
  }

  add(call: FinishedCall): void {
    // A checkpoint takes a call once: what its job came to says more than that it is one.
    const before = this.#isAsync ? this.#calls.findIndex(({ n }) => n === call.n) : -1
    if (before < 0) this.#calls.push(call)
    else this.#calls[before] = call
    this.#onAdd()
  }

  /** All of them; they are the next checkpoint's. */
  take(): FinishedCall[] {
    return this.#calls.splice(0)
  }
}
