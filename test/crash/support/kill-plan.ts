import { type Random, randomStream } from '../../../src/simulator/lookups/random.ts'
import type { Kill } from './ordeal.ts'

/** A checkpoint that writes everything has eleven statements. */
const STATEMENTS = 11
/** What a process does in the database outside of transactions before its first call: the lease, the run, the rest. */
const OPENING_STATEMENTS = 14

/** Chooses kills: every other one at the next step of the database in turn, the others at random instants. */
export class KillPlan {
  readonly #random: Random
  readonly #calls: number
  readonly #steps = stepsOfTheDatabase()
  #made = 0

  /** `perCall`: so many records a call make that many fewer calls. */
  constructor(seed: number, name: string, perCall: number) {
    this.#calls = Math.ceil(120 / perCall)
    this.#random = randomStream(seed, name)
    this.#made = this.#below(this.#steps.length)
  }

  kills(count: number): Kill[] {
    return Array.from({ length: count }, () => this.#next())
  }

  #next(): Kill {
    const at = this.#made++
    if (at % 2 === 0)
      return this.#random() < 0.3
        ? { afterMs: this.#below(2_000) }
        : { afterCalls: 1 + this.#below(this.#calls), plusMs: this.#below(20) }
    const step = this.#steps[Math.floor(at / 2) % this.#steps.length] as string
    const [, statement, when] = /^opening (\d+) (before|after)$/.exec(step) ?? []
    if (statement !== undefined) return { statement: Number(statement), when: when as 'before' | 'after' }
    return { transaction: 1 + this.#below(14), point: step }
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound)
  }
}

function stepsOfTheDatabase(): string[] {
  const statements = Array.from({ length: STATEMENTS }, (_, at) => [`before ${at + 1}`, `after ${at + 1}`]).flat()
  const checkpoint = ['begin', ...statements, 'uncommitted', 'committing', 'committed']
  const opening = Array.from(
    { length: OPENING_STATEMENTS },
    (_, at) => `opening ${at + 1} ${at % 2 === 0 ? 'before' : 'after'}`,
  )
  // Two steps of a checkpoint to each of the opening, so that a short form has both.
  return checkpoint.flatMap((step, at) =>
    at % 2 === 0 || at / 2 >= opening.length ? [step] : [step, opening[(at - 1) / 2] as string],
  )
}
