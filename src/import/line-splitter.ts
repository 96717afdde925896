import { isUtf8 } from 'node:buffer'
import type { Place } from './ports.ts'

/** The longest line that is read, in bytes: what is longer is no person. */
export const LONGEST_LINE = 1024 * 1024
/** So much of a line that is too long is kept, in bytes, so that it can be found. */
const SHOWN = 1_000

/** One line of the file, without its line break; a CSV record may hold several. */
export interface FileLine {
  /** Its number, from 1. */
  readonly line: number
  readonly text: string
  /** Why it cannot be read. */
  readonly problem: string | null
  /** Where the next one begins. */
  readonly next: Place
}

/** The index of the line break that ends what begins at `start`; -1 where it has not come yet. */
export type FindEnd = (bytes: Buffer, start: number) => number

const NEWLINE = 10
const RETURN = 13

/** Cuts bytes into lines, in bounded memory: of a line that is too long only the beginning is kept. */
export class LineSplitter {
  readonly #findEnd: FindEnd
  readonly #longest: number
  #rest: Buffer = Buffer.alloc(0)
  #next: Place
  /** The beginning of the line that is being passed over. */
  #passing: string | null = null

  constructor(from: Place, findEnd: FindEnd = findNewline, longest = LONGEST_LINE) {
    this.#next = from
    this.#findEnd = findEnd
    this.#longest = longest
  }

  push(chunk: Buffer): FileLine[] {
    return this.#split(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]), false)
  }

  /** What is left when nothing more comes. */
  end(): FileLine[] {
    const lines = this.#split(this.#rest, true)
    if (this.#passing !== null) lines.push(this.#passed(0))
    return lines
  }

  /**
   * A line that does not end within bounds is the file's last, too long, or a CSV record whose quote is never closed;
   * of the last, only the line with the quote is lost, not what follows.
   */
  #split(bytes: Buffer, complete: boolean): FileLine[] {
    const valid = isUtf8(bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1))
    const lines: FileLine[] = []
    let start = 0
    const fits = (end: number) => this.#passing === null && end !== -1 && end - start <= this.#longest
    while (start < bytes.length) {
      const end = this.#passing === null ? this.#findEnd(bytes, start) : -1
      if (fits(end)) {
        lines.push(this.#line(bytes, start, end, valid))
        start = end + 1
        continue
      }
      if (end === -1 && !complete && fits(bytes.length)) break
      const newline = bytes.indexOf(NEWLINE, start)
      if (fits(newline)) lines.push(this.#line(bytes, start, newline, false, 'a quote that it opens is not closed'))
      else if (newline === -1 && complete && fits(bytes.length))
        lines.push(this.#line(bytes, start, bytes.length, false))
      else {
        this.#passing ??= bytes.toString('utf8', start, start + Math.min(SHOWN, this.#longest))
        if (newline !== -1) lines.push(this.#passed(newline + 1 - start))
        else this.#next = { ...this.#next, byte: this.#next.byte + bytes.length - start }
      }
      start = newline === -1 ? bytes.length : newline + 1
    }
    this.#rest = bytes.subarray(start)
    return lines
  }

  #line(bytes: Buffer, start: number, end: number, valid: boolean, problem: string | null = null): FileLine {
    const { line, byte } = this.#next
    const last = end > start && bytes[end - 1] === RETURN ? end - 1 : end
    const text = bytes.toString('utf8', start, last)
    this.#next = { byte: byte + Math.min(end + 1, bytes.length) - start, line: line + 1 + breaksIn(text) }
    const readable = valid || isUtf8(bytes.subarray(start, last))
    return { line, text, problem: readable ? problem : 'it is not valid UTF-8', next: this.#next }
  }

  /** The line too long that ends so many bytes on. */
  #passed(bytes: number): FileLine {
    const { line, byte } = this.#next
    const text = this.#passing ?? ''
    this.#passing = null
    this.#next = { byte: byte + bytes, line: line + 1 }
    return { line, text, problem: `it is longer than ${this.#longest} bytes`, next: this.#next }
  }
}

function findNewline(bytes: Buffer, start: number): number {
  return bytes.indexOf(NEWLINE, start)
}

/** A CSV record may go over several lines. */
function breaksIn(text: string): number {
  let breaks = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks += 1
  return breaks
}
