import { messageOf } from '../../domain/errors/errors.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { type Diverted, divert } from './diverted-stream.ts'
import type { Size } from './frame.ts'
import { Painter } from './painter.ts'
import { onLeaving, type TerminalProcess } from './terminal-signals.ts'

export interface ScreenParts {
  /** Where it is shown. */
  readonly stream: NodeJS.WriteStream
  /** Others that may show on the same terminal. */
  readonly others: readonly NodeJS.WriteStream[]
  readonly process: TerminalProcess
  readonly clock: Clock
  /** Lines no wider and no more than that; made only when they are painted. */
  readonly frame: (size: Size) => readonly string[]
}

/** No more often than this, and no less: what depends on the time goes on by itself. Ms. */
const SOONEST_MS = 100
const LATEST_MS = 1_000
const SIZE_UNKNOWN: Size = { columns: 80, rows: 24 }

/** A frame at the bottom of a terminal, painted again when something has changed, until it is ended. */
export class LiveScreen {
  readonly #parts: ScreenParts
  readonly #painter: Painter
  readonly #diverted: readonly Diverted[]
  readonly #callOff: () => void
  #paintedAt = Number.NEGATIVE_INFINITY
  #due: { readonly at: number; readonly callOff: () => void } | null = null
  #ended = false
  readonly #resized = () => this.changed()

  constructor(parts: ScreenParts) {
    const { stream, others, process } = parts
    this.#parts = parts
    const own = divert(stream, (text) => this.#painter.above(text))
    this.#painter = new Painter(own.write, () => this.#size)
    const rest = others.map((other) => divert(other, (text, write) => this.#painter.above(text, write)))
    this.#diverted = [own, ...rest]
    const sleep = () => this.#painter.clear()
    this.#callOff = onLeaving(process, { end: () => this.end(), sleep, wake: this.#resized })
    stream.on('resize', this.#resized)
  }

  /** What is shown is no longer so. Costs nothing but for the first in a tenth of a second. */
  changed(): void {
    if (this.#ended) return
    const { clock } = this.#parts
    const now = clock.monotonic()
    this.#paintAt(Math.max(now, this.#paintedAt + SOONEST_MS), now)
  }

  /** A line of words above it. */
  above(text: string): void {
    this.#painter.above(text)
  }

  /** Nothing of it is left, and the terminal is as it was. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#due?.callOff()
    this.#callOff()
    this.#parts.stream.off('resize', this.#resized)
    this.#painter.clear()
    for (const diverted of this.#diverted) diverted.release()
  }

  #paintAt(at: number, now: number): void {
    if (this.#due !== null) {
      if (this.#due.at <= at) return
      this.#due.callOff()
    }
    this.#due = { at, callOff: this.#parts.clock.after(at - now, () => this.#paint()) }
  }

  #paint(): void {
    const now = this.#parts.clock.monotonic()
    this.#due = null
    this.#paintedAt = now
    const lines = this.#frame()
    if (lines === null) return
    this.#painter.paint(lines)
    this.#paintAt(now + LATEST_MS, now)
  }

  /** Null: it cannot be made, and nothing is shown any more. What is shown must not end what spends. */
  #frame(): readonly string[] | null {
    try {
      return this.#parts.frame(this.#size)
    } catch (error) {
      const why = messageOf(error)
      this.end()
      this.#painter.above(`nothing is shown live any more: ${why}\n`)
      return null
    }
  }

  /** Some terminals say that they have no columns. */
  get #size(): Size {
    const { columns, rows } = this.#parts.stream
    return { columns: columns || SIZE_UNKNOWN.columns, rows: rows || SIZE_UNKNOWN.rows }
  }
}
