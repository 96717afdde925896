import { charactersOf } from '../../domain/values/characters.ts'
import type { FinishedCall, FinishedItem } from '../ports/calls.ts'

/** Characters of values that one checkpoint commits at most: until it has, there are several copies of them. */
const MOST_AT_ONCE = 4 * 1024 * 1024
/** Characters of values that wait, or may come with the calls in flight, before no more calls are sent. */
const MOST_WAITING = 24 * 1024 * 1024
/** The next replies are taken to be as long as the longest, which counts less with each that follows. */
const FADES = 0.98

interface Waiting {
  readonly call: FinishedCall
  /** Characters of its values. */
  readonly weight: number
}

/** Finished calls that wait for the next checkpoint, and how much memory their values take. */
export class FinishedCalls {
  #waiting: Waiting[]
  readonly #isAsync: boolean
  readonly #onAdd: () => void
  #weight: number
  /** What a reply to come may weigh. */
  #expected = 0

  /** `left`: left by the previous process, to be committed first. `isAsync`: the vendor takes calls as jobs. */
  constructor(parts: { left: readonly FinishedCall[]; isAsync: boolean; onAdd: () => void }) {
    this.#waiting = parts.left.map(weighed)
    this.#weight = sumOf(this.#waiting)
    this.#isAsync = parts.isAsync
    this.#onAdd = parts.onAdd
  }

  get count(): number {
    return this.#waiting.length
  }

  /** Jobs have been submitted that are not in the database yet. */
  get newJobs(): boolean {
    return this.#isAsync && this.#waiting.some(({ call }) => call.state === 'submitted')
  }

  /** What waits is as much as one checkpoint commits. */
  get fillsCheckpoint(): boolean {
    return this.#weight >= MOST_AT_ONCE
  }

  /** There is memory for the values of one more call beside those that wait and those in flight. */
  hasRoom(inFlight: number): boolean {
    if (inFlight === 0 && this.#weight === 0) return true
    return this.#weight + (inFlight + 1) * this.#expected <= MOST_WAITING
  }

  add(call: FinishedCall): void {
    // A checkpoint may contain a call only once: the job's result replaces its submission, which has no values.
    const before = this.#isAsync ? this.#waiting.findIndex(({ call: { n } }) => n === call.n) : -1
    const added = weighed(call)
    if (before < 0) this.#waiting.push(added)
    else this.#waiting[before] = added
    this.#weight += added.weight
    this.#expected = Math.max(added.weight, this.#expected * FADES)
    this.#onAdd()
  }

  /** Those that one checkpoint can commit, the first at least. */
  takeSome(): FinishedCall[] {
    let [count, weight] = [0, 0]
    for (const each of this.#waiting) {
      weight += each.weight
      if (count > 0 && weight > MOST_AT_ONCE) break
      count += 1
    }
    return this.#take(count)
  }

  takeAll(): FinishedCall[] {
    return this.#take(this.#waiting.length)
  }

  #take(count: number): FinishedCall[] {
    const taken = this.#waiting.splice(0, count)
    this.#weight -= sumOf(taken)
    return taken.map(({ call }) => call)
  }
}

function sumOf(waiting: readonly Waiting[]): number {
  return waiting.reduce((sum, { weight }) => sum + weight, 0)
}

function weighed(call: FinishedCall): Waiting {
  let weight = 0
  for (const item of call.items) {
    weight += weightOf(item)
    for (const duplicate of item.duplicates) weight += weightOf(duplicate)
  }
  return { call, weight }
}

/** Changes that are kept hold the values again, cut. */
function weightOf({ values, kept }: Pick<FinishedItem, 'values' | 'kept'>): number {
  return charactersOf(values) * (kept === undefined ? 1 : 2)
}
