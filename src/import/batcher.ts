import type { LineData, ParseLines } from './line-reader.ts'
import type { FileLine } from './line-splitter.ts'
import type { ImportRow, Place, Reject } from './ports.ts'
import type { Row } from './row-mapper.ts'

/** How a line becomes a row. */
export interface LineRules {
  readonly parse: ParseLines
  /** Whether the line can matter, by its text alone. */
  readonly matters: (text: string) => boolean | { readonly problem: string }
  readonly map: (data: LineData) => Row
}

/** Some lines of the file, made into rows. */
export interface Taken {
  readonly until: Place
  readonly rows: readonly ImportRow[]
  readonly rejects: readonly Reject[]
  readonly skipped: number
}

/** So many bytes of text at most wait for the database. */
const MOST_BYTES = 8 * 1024 * 1024
/** A batch may also end because so many times its lines were skipped: where the file stands is then saved. */
const MOST_SKIPPED = 100
/** A rejected line is shown up to here, in characters. */
const SHOWN = 10_000

/** Gathers lines until they are a batch. */
export class Batcher {
  readonly #rules: LineRules
  readonly #size: number
  #until: Place
  #rows: ImportRow[] = []
  #rejects: Reject[] = []
  #skipped = 0
  #bytes = 0

  constructor(rules: LineRules, size: number, from: Place) {
    this.#rules = rules
    this.#size = size
    this.#until = from
  }

  get full(): boolean {
    return this.#taken >= this.#size || this.#bytes >= MOST_BYTES || this.#skipped >= this.#size * MOST_SKIPPED
  }

  /** How many lines more it takes. */
  get room(): number {
    return Math.max(1, this.#size - this.#taken)
  }

  /** Takes lines, no more than there is room for. Answers how many of them can matter. */
  take(lines: readonly FileLine[]): number {
    const last = lines.at(-1)
    if (last === undefined) return 0
    const before = this.#taken
    this.#bytes += last.next.byte - this.#until.byte
    this.#until = last.next
    for (const parsed of this.#rules.parse(lines.filter((line) => this.#matters(line)))) {
      const { line } = parsed
      const row = 'problem' in parsed ? parsed : this.#rules.map(parsed.data)
      if ('problem' in row) this.#reject(line, row.problem)
      else this.#rows.push({ line: line.line, text: line.text, values: row.values })
    }
    return this.#taken - before
  }

  /** What was taken, where there is anything; and begins anew. */
  drain(): Taken | null {
    if (this.#taken + this.#skipped + this.#bytes === 0) return null
    const taken = { until: this.#until, rows: this.#rows, rejects: this.#rejects, skipped: this.#skipped }
    this.#rows = []
    this.#rejects = []
    this.#skipped = 0
    this.#bytes = 0
    return taken
  }

  get #taken(): number {
    return this.#rows.length + this.#rejects.length
  }

  /** A blank line is no line. */
  #matters(line: FileLine): boolean {
    if (line.text === '' || line.text.trim() === '') return false
    const verdict = line.problem === null ? this.#rules.matters(line.text) : true
    if (typeof verdict === 'object') this.#reject(line, verdict.problem)
    else if (!verdict) this.#skipped += 1
    return verdict === true
  }

  #reject({ line, text }: FileLine, reason: string): void {
    this.#rejects.push({ line, reason, text: text.length > SHOWN ? text.slice(0, SHOWN) : text })
  }
}
