import { EventEmitter } from 'node:events'
import xterm from '@xterm/headless'
import { CURSOR } from '../../../src/observability/display/escapes.ts'

/** A terminal that shows what is written to it; a stream for those who write, and its screen for those who look. */
export class TerminalUnderTest extends EventEmitter {
  readonly isTTY = true
  readonly #terminal: xterm.Terminal
  /** Each write, as it came. */
  readonly writes: string[] = []

  constructor(columns: number, rows: number) {
    super()
    // As a terminal device does it: a new line begins at its beginning.
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
  }

  get columns(): number {
    return this.#terminal.cols
  }
  get rows(): number {
    return this.#terminal.rows
  }

  write = (chunk: string | Uint8Array): boolean => {
    this.writes.push(String(chunk))
    this.#terminal.write(chunk)
    return true
  }

  /** Also what was written a moment ago. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.settled()
    this.#terminal.resize(columns, rows)
    this.emit('resize')
  }

  settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve))
  }

  /** All lines, those that have scrolled away too, without empty ones at the end. */
  async lines(): Promise<string[]> {
    await this.settled()
    const { active } = this.#terminal.buffer
    const lines = Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true) ?? '')
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
  }

  /** Where the cursor is, as a row of `lines`; and whether it can be seen. */
  async cursor(): Promise<{ row: number; column: number; shown: boolean }> {
    await this.settled()
    const { active } = this.#terminal.buffer
    const written = this.writes.join('')
    const shown = written.lastIndexOf(CURSOR.hide) <= written.lastIndexOf(CURSOR.show)
    return { row: active.baseY + active.cursorY, column: active.cursorX, shown }
  }
}

/** A stream for parts that ask for node's. */
export function asStream(terminal: TerminalUnderTest): NodeJS.WriteStream {
  return terminal as unknown as NodeJS.WriteStream
}
