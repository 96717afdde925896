import { DatabaseUnavailableError } from '../domain/errors/errors.ts'
import type { ImportParts } from './import-parts.ts'
import type { ImportBatch, ImportProgress } from './ports.ts'

const FIRST_WAIT_MS = 200
const LONGEST_WAIT_MS = 5_000

type WriterParts = Pick<ImportParts, 'store' | 'clock' | 'signal' | 'unavailableForMs' | 'onProgress' | 'onUnavailable'>

/** Hands batches to the store, one at a time: while one is being written, the next may be gathered. */
export class BatchWriter {
  readonly #parts: WriterParts
  #progress: ImportProgress
  #writing: Promise<void> = Promise.resolve()
  #batch: number
  #since: number

  constructor(parts: WriterParts, progress: ImportProgress) {
    this.#parts = parts
    this.#progress = progress
    this.#batch = progress.batch
    this.#since = parts.clock.monotonic()
  }

  /** Resolves when the batch before is written, and this one is on its way. */
  async write(taken: Omit<ImportBatch, 'number' | 'activeMs'>): Promise<void> {
    await this.#writing
    this.#batch += 1
    const batch = { number: this.#batch, ...taken, activeMs: this.lap() }
    this.#writing = this.#retryWhileUnavailable(() => this.#parts.store.write(batch)).then((progress) => {
      this.#progress = progress
      this.#parts.onProgress(progress)
    })
    // The next `write`, or `finish`, rejects with it.
    this.#writing.catch(() => {})
  }

  /** What is committed, once nothing is on its way any more. */
  async finish(): Promise<ImportProgress> {
    await this.#writing
    return this.#progress
  }

  /** Milliseconds since it was last asked, or since the start. */
  lap(): number {
    const now = this.#parts.clock.monotonic()
    const ms = Math.round(now - this.#since)
    this.#since += ms
    return ms
  }

  async #retryWhileUnavailable<T>(work: () => Promise<T>): Promise<T> {
    const { clock, signal, unavailableForMs, onUnavailable } = this.#parts
    const until = clock.monotonic() + unavailableForMs
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        return await work()
      } catch (error) {
        const passes = error instanceof DatabaseUnavailableError && !signal.aborted
        if (!passes || clock.monotonic() + waitMs > until) throw error
        onUnavailable(error)
        await clock.sleep(waitMs, signal)
      }
    }
  }
}
