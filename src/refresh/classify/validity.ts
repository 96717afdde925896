import type { Log } from '../ports/log.ts'
import type { Invalid, Mapped } from '../ports/vendor.ts'

/** The number of latest replies that are checked. */
const WINDOW = 50

/**
 * Counts replies whose data fails the config's `response` or `belongsTo`, by path. A single failure fails its own record
 * only; if more than half of the latest replies fail, the run stops before it wastes more credits.
 */
export class Validity {
  readonly #log: Log
  readonly #latest: boolean[] = []
  readonly #byPath = new Map<string, Invalid & { times: number }>()
  #failed = 0

  constructor(log: Log) {
    this.#log = log
  }

  /** Counts a record's mapped data. Returns why the run must stop; null: it may continue. */
  saw(mapped: Mapped): string | null {
    const failed = mapped.kind === 'unusable' && mapped.invalid !== undefined
    if (failed) this.#count(mapped.invalid)
    this.#latest.push(failed)
    if (failed) this.#failed += 1
    if (this.#latest.length > WINDOW && this.#latest.shift() === true) this.#failed -= 1
    if (this.#latest.length < WINDOW || this.#failed * 2 <= WINDOW) return null
    return `${this.#failed} of the last ${WINDOW} replies fail ${this.#most()}`
  }

  #count(invalid: Invalid): void {
    const { rule, path, problem } = invalid
    const id = `${rule} ${path}`
    const times = (this.#byPath.get(id)?.times ?? 0) + 1
    this.#byPath.set(id, { ...invalid, times })
    // The first, tenth, hundredth … time.
    if (/^10*$/.test(String(times))) this.#log.warn({ path, problem, times }, `a reply fails ${rule}`)
  }

  #most(): string {
    const all = [...this.#byPath.values()].sort((a, b) => b.times - a.times)
    const rules = [...new Set(all.map(({ rule }) => rule))].join(' or ')
    const places = all.slice(0, 3).map(({ path, problem, times }) => `${path} (${problem}; ${times} times)`)
    return `${rules}, so the rest was not asked for: ${places.join(', ')}`
  }
}
