import { type ControlRequest, controlRequestWords } from '../../domain/run/run.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { RunStore } from '../ports/store.ts'

/** Short enough that a pause takes effect within a second. */
const POLL_MS = 500

export interface ControlWatchParts extends Pick<RunParts, 'clock' | 'log' | 'emit'> {
  readonly runNo: number
  readonly store: Pick<RunStore, 'controlRequest'>
  /** Called when a stop is requested. */
  readonly onStop: (why: string) => void
  readonly onChange: () => void
}

/** Polls the database for control requests on the run in progress. If the read fails, nothing changes. */
export class ControlWatch {
  readonly #parts: ControlWatchParts
  #controlRequest: ControlRequest | null = null
  #cancel: () => void = () => {}
  #ended = false
  #continuedAt: number | null = null

  constructor(parts: ControlWatchParts) {
    this.#parts = parts
  }

  /** A pause is in effect: no new calls. */
  get paused(): boolean {
    return this.#controlRequest?.what === 'pause'
  }

  /** Time since the last pause ended, ms; null: there was none. */
  get goesOnForMs(): number | null {
    return this.#continuedAt === null ? null : this.#parts.clock.monotonic() - this.#continuedAt
  }

  start(): void {
    if (!this.#ended) this.#cancel = this.#parts.clock.after(POLL_MS, () => void this.#poll())
  }

  end(): void {
    this.#ended = true
    this.#cancel()
  }

  async #poll(): Promise<void> {
    const { store, runNo } = this.#parts
    try {
      this.#hear(await store.controlRequest(runNo))
    } catch {
      // The committer reports that the database is unreachable.
    }
    this.start()
  }

  #hear(controlRequest: ControlRequest | null): void {
    const { log, emit, clock, onStop, onChange } = this.#parts
    const before = this.#controlRequest
    if (this.#ended || (before?.what === controlRequest?.what && before?.at === controlRequest?.at)) return
    this.#controlRequest = controlRequest
    emit({
      type: 'control-request',
      controlRequest: controlRequest && { ...controlRequest, at: new Date(controlRequest.at).toISOString() },
    })
    if (controlRequest?.what === 'stop') {
      onStop(controlRequestWords(controlRequest))
      return
    }
    if (before?.what === 'pause' && controlRequest === null) this.#continuedAt = clock.monotonic()
    if (controlRequest === null) log.info({}, 'the run continues')
    else log.info({ by: controlRequest.by }, 'the run is paused: no new calls until `spenddown continue`')
    onChange()
  }
}
