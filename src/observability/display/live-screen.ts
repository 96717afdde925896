import { messageOf } from '../../domain/errors/errors.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Size } from './frame.ts'
import { Painter } from './painter.ts'

/** The part of the process that a screen needs, to leave the terminal in order. */
export interface TerminalProcess {
  readonly pid: number
  on(event: string, then: () => void): unknown
  off(event: string, then: () => void): unknown
  kill(pid: number, signal: string): unknown
}

export interface ScreenParts {
  readonly stream: NodeJS.WriteStream
  /** Others that may show on the same terminal. */
  readonly others: readonly NodeJS.WriteStream[]
  readonly process: TerminalProcess
  readonly clock: Clock
  /** Lines that fit into the size; made only when they are painted. */
  readonly frame: (size: Size) => readonly string[]
}

const SOONEST_MS = 100
/** Painted at least so often: what depends on the time changes without an event. */
const LATEST_MS = 1_000
const SIZE_UNKNOWN: Size = { columns: 80, rows: 24 }

/** A frame at the bottom of a terminal, painted again when something has changed, until it is ended. */
export class LiveScreen {
  readonly #parts: ScreenParts
  readonly #painter: Painter
  readonly #diverted: readonly ReturnType<typeof divert>[]
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
    this.#callOff = onLeaving(process, {
      end: () => this.end(),
      sleep: () => this.#painter.clear(),
      wake: this.#resized,
    })
    stream.on('resize', this.#resized)
  }

  /** To be called when what is shown has changed, however often: it paints ten times a second at most. */
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

  /** Removes the frame, and leaves the terminal as it was. */
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

  /** Null: it failed, and the display has ended. An error of the display must not end the run. */
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

/**
 * Until it is released, whole lines written to the stream go to `take`; the rest of a line waits for its end. `write`
 * writes to the stream itself.
 */
function divert(
  stream: Pick<NodeJS.WriteStream, 'write'>,
  take: (text: string, write: (text: string) => void) => void,
) {
  const own = stream.write
  const write = (text: string) => void own.call(stream, text)
  const decoder = new TextDecoder()
  let rest = ''
  const diverted = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const end = rest.lastIndexOf('\n') + 1
    const lines = rest.slice(0, end)
    rest = rest.slice(end)
    if (lines !== '') take(lines, write)
    const written = typeof encoding === 'function' ? encoding : done
    if (typeof written === 'function') queueMicrotask(() => written())
    return true
  }
  stream.write = diverted as typeof own
  return {
    write,
    release: () => {
      if (stream.write === diverted) stream.write = own
      if (rest !== '') write(rest)
      rest = ''
    },
  }
}

/** Calls `end` however the process ends, but for SIGKILL; `sleep` and `wake` around Ctrl-Z. Returns the undo. */
function onLeaving(process: TerminalProcess, { end, sleep, wake }: Record<'end' | 'sleep' | 'wake', () => void>) {
  const ending = (signal: string) => () => {
    end()
    process.kill(process.pid, signal)
  }
  const suspend = () => {
    sleep()
    process.kill(process.pid, 'SIGSTOP')
  }
  const listeners = [
    ['exit', end],
    ['SIGQUIT', ending('SIGQUIT')],
    ['SIGHUP', ending('SIGHUP')],
    ['SIGTSTP', suspend],
    ['SIGCONT', wake],
  ] as const
  for (const [event, then] of listeners) process.on(event, then)
  return () => {
    for (const [event, then] of listeners) process.off(event, then)
  }
}
