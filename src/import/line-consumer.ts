import { InputError } from '../domain/errors/errors.ts'
import type { BatchWriter } from './batch-writer.ts'
import { checkHeader } from './check-header.ts'
import { csvFields } from './csv-fields.ts'
import type { ImportEnd, ImportParts } from './import-parts.ts'
import { lineParser, type ParseLines } from './line-reader.ts'
import type { FileLine } from './line-splitter.ts'
import type { ImportProgress, ImportRow, Place, Reject } from './ports.ts'

/** So many bytes of text at most wait for the database. */
const MOST_BYTES = 8 * 1024 * 1024
/** A batch may also end because so many times its lines were skipped: where the file stands is then saved. */
const MOST_SKIPPED = 100
/** A rejected line is shown up to here, in characters. */
const SHOWN = 10_000

function emptyBatch() {
  return { rows: [] as ImportRow[], rejects: [] as Reject[], skipped: 0, bytes: 0 }
}

/** Makes rows of lines, and hands them on in batches; the header comes first where there is one. */
export class LineConsumer {
  readonly #parts: ImportParts
  readonly #writer: BatchWriter
  #header: readonly string[] | null
  /** Null until the header is known. */
  #parse: ParseLines | null
  /** How many lines that can matter may still be taken. */
  #left: number
  #until: Place
  #batch = emptyBatch()

  constructor(parts: ImportParts, begun: ImportProgress, writer: BatchWriter) {
    this.#parts = parts
    this.#writer = writer
    this.#header = begun.header
    const isKnown = parts.format.kind === 'jsonl' || begun.header !== null
    this.#parse = isKnown ? lineParser(parts.format, begun.header) : null
    this.#left = parts.limit
    this.#until = begun.next
  }

  /** Null: there may be more to take. */
  async consume(lines: readonly FileLine[]): Promise<ImportEnd | null> {
    const { batchSize, signal } = this.#parts
    let at = this.#parse === null ? this.#readHeader(lines) : 0
    while (at < lines.length) {
      const room = Math.max(1, batchSize - this.#taken)
      const some = lines.slice(at, at + Math.min(room, this.#left))
      this.#take(some)
      at += some.length
      if (
        this.#taken >= batchSize ||
        this.#batch.bytes >= MOST_BYTES ||
        this.#batch.skipped >= batchSize * MOST_SKIPPED
      )
        await this.flush()
      if (this.#left === 0) return 'limit-reached'
      if (signal.aborted) return 'interrupted'
    }
    return null
  }

  /** Hands on what was taken, where there is anything. */
  async flush(): Promise<void> {
    const { bytes, ...taken } = this.#batch
    if (this.#taken + taken.skipped + bytes === 0) return
    this.#batch = emptyBatch()
    await this.#writer.write({ header: this.#header, until: this.#until, ...taken })
  }

  get #taken(): number {
    return this.#batch.rows.length + this.#batch.rejects.length
  }

  #take(lines: readonly FileLine[]): void {
    const last = lines.at(-1)
    if (last === undefined || this.#parse === null) return
    const before = this.#taken
    this.#batch.bytes += last.next.byte - this.#until.byte
    this.#until = last.next
    for (const parsed of this.#parse(lines.filter((line) => this.#matters(line)))) {
      const { line } = parsed
      const row = 'problem' in parsed ? parsed : this.#parts.map(parsed.data)
      if ('problem' in row) this.#reject(line, row.problem)
      else this.#batch.rows.push({ line: line.line, text: line.text, values: row.values })
    }
    this.#left -= this.#taken - before
  }

  /** A blank line is no line. */
  #matters(line: FileLine): boolean {
    if (line.text.trim() === '') return false
    const verdict = line.problem === null ? this.#parts.matters(line.text) : true
    if (typeof verdict === 'object') this.#reject(line, verdict.problem)
    else if (!verdict) this.#batch.skipped += 1
    return verdict === true
  }

  #reject({ line, text }: FileLine, reason: string): void {
    this.#batch.rejects.push({ line, reason, text: text.slice(0, SHOWN) })
  }

  /** Answers how many lines it took. */
  #readHeader(lines: readonly FileLine[]): number {
    const at = lines.findIndex(({ text }) => text.trim() !== '')
    const line = lines[at]
    const { format, columns, source } = this.#parts
    if (line === undefined || format.kind !== 'csv') return lines.length
    const [found] = line.problem === null ? csvFields([line.text], format.delimiter) : [{ problem: line.problem }]
    if (found === undefined || 'problem' in found) {
      const what = `a header of which ${found?.problem ?? 'nothing is known'}`
      throw new InputError('HEADER_UNREADABLE', [{ path: source.name, found: what, allowed: 'a line of column names' }])
    }
    this.#header = found.fields.map((name) => name.trim())
    const problems = checkHeader(this.#header, columns)
    if (problems.length > 0) throw new InputError('HEADER_INVALID', problems)
    this.#parse = lineParser(format, this.#header)
    this.#until = line.next
    return at + 1
  }
}
