import { CURSOR, ERASE, onlyColours, TOGETHER, UNBROKEN, up } from './escapes.ts'
import type { Size } from './frame.ts'
import { widthOf } from './text.ts'

/** A block of lines at the bottom of a terminal (docs/display.md); the hidden cursor is below it. A change is one write. */
export class Painter {
  readonly #write: (text: string) => void
  readonly #size: () => Size
  #lines: readonly string[] = []
  #columns = 0
  #shown = false

  constructor(write: (text: string) => void, size: () => Size) {
    this.#write = write
    this.#size = size
  }

  paint(lines: readonly string[]): void {
    if (!this.#shown && lines.length === 0) return
    const changed = this.#changed(lines)
    if (changed !== '') this.#send(changed)
    this.#lines = lines
    this.#columns = this.#size().columns
  }

  /** Writes whole lines above the block, by `write` if they go to another stream than the block. */
  above(text: string, write?: (text: string) => void): void {
    const whole = text.endsWith('\n') ? text : `${text}\n`
    const [begin, end] = TOGETHER
    const erased = this.#shown ? `${begin}${this.#toTop()}${ERASE.below}` : ''
    const again = this.#shown ? `${unbroken(block(this.#lines))}${end}` : ''
    this.#columns = this.#size().columns
    if (write === undefined) this.#write(`${erased}${onlyColours(whole)}${again}`)
    else {
      if (erased !== '') this.#write(erased)
      write(whole)
      if (again !== '') this.#write(again)
    }
  }

  clear(): void {
    if (this.#shown) this.#write(`${this.#toTop()}${ERASE.below}${CURSOR.show}`)
    this.#lines = []
    this.#shown = false
  }

  #send(text: string): void {
    const [begin, end] = TOGETHER
    this.#write(`${begin}${this.#shown ? '' : CURSOR.hide}${text}${end}`)
    this.#shown = true
  }

  #changed(lines: readonly string[]): string {
    const before = this.#lines
    if (this.#columns !== this.#size().columns) return `${this.#toTop()}${ERASE.below}${unbroken(block(lines))}`
    if (before.length !== lines.length) return `${up(before.length)}${unbroken(block(lines))}${ERASE.below}`
    let sequence = ''
    let at = 0
    lines.forEach((line, row) => {
      if (line === before[row]) return
      sequence += `${down(row - at)}${ERASE.line}${line}\r\n`
      at = row + 1
    })
    // Also erases what a person has typed.
    return sequence === ''
      ? ''
      : `${up(before.length)}${unbroken(`${sequence}${down(before.length - at)}`)}${ERASE.line}`
  }

  /** A terminal that became narrower has wrapped the lines that no longer fit. */
  #toTop(): string {
    const { columns } = this.#size()
    if (columns >= this.#columns) return up(this.#lines.length)
    return up(this.#lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0))
  }
}

/** Each line is erased before it is written: afterwards, a cursor at the margin would erase the last character. */
function block(lines: readonly string[]): string {
  return lines.map((line) => `${ERASE.line}${line}\r\n`).join('')
}

function down(rows: number): string {
  return '\r\n'.repeat(rows)
}

function unbroken(text: string): string {
  return `${UNBROKEN[0]}${text}${UNBROKEN[1]}`
}
