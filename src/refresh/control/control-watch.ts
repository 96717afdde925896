import type { Clock } from '../../domain/clock.ts'
import { type Wish, wishWords } from '../../domain/run.ts'
import type { Emit } from '../events/events.ts'
import type { Log } from '../ports/log.ts'
import type { RunStore } from '../ports/store.ts'

/** A person who asks for a pause has it within a second. */
const LOOK_MS = 500

export interface ControlWatchParts {
  readonly runNo: number
  readonly store: Pick<RunStore, 'wish'>
  readonly clock: Clock
  readonly log: Log
  readonly emit: Emit
  /** A stop is wanted. */
  readonly onStop: (why: string) => void
  readonly onChange: () => void
}

/** Looks what a person wants of the run at work, through the database. One that cannot be read changes nothing. */
export class ControlWatch {
  readonly #parts: ControlWatchParts
  #wish: Wish | null = null
  #cancel: () => void = () => {}
  #ended = false
  #goesOnAt: number | null = null

  constructor(parts: ControlWatchParts) {
    this.#parts = parts
  }

  /** No new calls are wanted just now. */
  get paused(): boolean {
    return this.#wish?.what === 'pause'
  }

  /** How long it has gone on since it was last paused, ms; null: it was not. */
  get goesOnForMs(): number | null {
    return this.#goesOnAt === null ? null : this.#parts.clock.monotonic() - this.#goesOnAt
  }

  start(): void {
    this.#next()
  }

  end(): void {
    this.#ended = true
    this.#cancel()
  }

  #next(): void {
    if (!this.#ended) this.#cancel = this.#parts.clock.after(LOOK_MS, () => void this.#look())
  }

  async #look(): Promise<void> {
    const { store, runNo } = this.#parts
    try {
      this.#hear(await store.wish(runNo))
    } catch {
      // Whoever writes to the database notices, and says so.
    }
    this.#next()
  }

  #hear(wish: Wish | null): void {
    const { log, emit, clock, onStop, onChange } = this.#parts
    const before = this.#wish
    if (this.#ended || (before?.what === wish?.what && before?.at === wish?.at)) return
    this.#wish = wish
    emit({ type: 'wish', wish: wish && { ...wish, at: new Date(wish.at).toISOString() } })
    if (wish?.what === 'stop') {
      onStop(wishWords(wish))
      return
    }
    if (before?.what === 'pause' && wish === null) this.#goesOnAt = clock.monotonic()
    if (wish === null) log.info({}, 'the run goes on')
    else log.info({ by: wish.by }, 'the run is paused: no new calls until `spenddown continue`')
    onChange()
  }
}
