import { charactersOf } from '../../domain/values/characters.ts'
import type { FinishedCall, FinishedItem } from '../ports/calls.ts'

/** Characters of values that wait, or may come with the calls in flight, before no more calls are sent. */
const MOST_WAITING = 16 * 1024 * 1024
/** The next replies are taken to be as long as the longest, which counts less with each that follows. */
const FADES = 0.98

/** Finished calls that wait for the next checkpoint, and how much memory their values take. */
export class FinishedCalls {
  #calls: FinishedCall[]
  readonly #isAsync: boolean
  readonly #onAdd: () => void
  /** Characters of the values of those that wait. */
  #weight: number
  /** The same of those that a checkpoint has taken and not committed yet. */
  #committing = 0
  /** What a reply to come may weigh. */
  #expected = 0

  /** `left`: left by the previous process, to be committed first. `isAsync`: the vendor takes calls as jobs. */
  constructor(parts: { left: readonly FinishedCall[]; isAsync: boolean; onAdd: () => void }) {
    this.#calls = [...parts.left]
    this.#weight = parts.left.reduce((sum, call) => sum + weightOf(call), 0)
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

  /** There is memory for the values of one more call beside those that wait and those in flight. */
  hasRoom(inFlight: number): boolean {
    const held = this.#weight + this.#committing
    return (inFlight === 0 && held === 0) || held + (inFlight + 1) * this.#expected <= MOST_WAITING
  }

  add(call: FinishedCall): void {
    // A checkpoint may contain a call only once: the job's result replaces its submission, which has no values.
    const before = this.#isAsync ? this.#calls.findIndex(({ n }) => n === call.n) : -1
    if (before < 0) this.#calls.push(call)
    else this.#calls[before] = call
    const weight = weightOf(call)
    this.#weight += weight
    this.#expected = Math.max(weight, this.#expected * FADES)
    this.#onAdd()
  }

  /** All of them: the ledger knows what each has cost, and one that were left out would look free after a crash. */
  take(): FinishedCall[] {
    const taken = this.#calls
    this.#calls = []
    this.#committing = this.#weight
    this.#weight = 0
    return taken
  }

  /** What was taken is in the database. */
  committed(): void {
    this.#committing = 0
  }
}

/** Changes that are kept hold the values again, cut. */
function weightOf({ items }: FinishedCall): number {
  const of = ({ values, kept }: Pick<FinishedItem, 'values' | 'kept'>) =>
    charactersOf(values) * (kept === undefined ? 1 : 2)
  return items.reduce((sum, item) => item.duplicates.reduce((more, each) => more + of(each), sum + of(item)), 0)
}
