import type { Log } from './ports/log.ts'
import type { Mapped } from './ports/vendor.ts'

type Invalid = NonNullable<(Mapped & { kind: 'unusable' })['invalid']>

/** So many of the latest replies are looked at. */
const WINDOW = 50

/**
 * Counts replies whose data is not what the config's `response` schema says, by path. One that fails is a record's own
 * bad luck; when more than half of the latest fail, the vendor has changed, and the run stops before it wastes the rest.
 */
export class Validity {
  readonly #log: Log
  readonly #latest: boolean[] = []
  readonly #byPath = new Map<string, { times: number; problem: string }>()
  #failed = 0

  constructor(log: Log) {
    this.#log = log
  }

  /** A record's data came, and was mapped. Returns why the run must stop; null: it may go on. */
  saw(mapped: Mapped): string | null {
    const failed = mapped.kind === 'unusable' && mapped.invalid !== undefined
    if (failed) this.#count(mapped.invalid)
    this.#latest.push(failed)
    if (failed) this.#failed += 1
    if (this.#latest.length > WINDOW && this.#latest.shift() === true) this.#failed -= 1
    if (this.#latest.length < WINDOW || this.#failed * 2 <= WINDOW) return null
    return `${this.#failed} of the last ${WINDOW} replies fail vendor.response, so the rest was not asked for: ${this.#most()}`
  }

  #count({ path, problem }: Invalid): void {
    const { times } = this.#byPath.get(path) ?? { times: 0 }
    this.#byPath.set(path, { times: times + 1, problem })
    // The first, tenth, hundredth … time.
    if (/^10*$/.test(String(times + 1))) {
      this.#log.warn({ path, problem, times: times + 1 }, 'a reply fails vendor.response')
    }
  }

  #most(): string {
    const all = [...this.#byPath].sort(([, a], [, b]) => b.times - a.times)
    return all
      .slice(0, 3)
      .map(([path, { times, problem }]) => `${path} (${problem}; ${times} times)`)
      .join(', ')
  }
}
