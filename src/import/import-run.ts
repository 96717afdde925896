import type { Clock } from '../domain/clock.ts'
import { type DatabaseUnavailableError, InputError } from '../domain/errors.ts'
import { BatchWriter } from './batch-writer.ts'
import { Batcher } from './batcher.ts'
import { checkHeader } from './check-header.ts'
import { csvFields } from './csv-fields.ts'
import { csvRecordEnd } from './csv-record-end.ts'
import { hasMark, type InputFormat, MARK_BYTES } from './input-format.ts'
import { type LineData, lineParser } from './line-reader.ts'
import { type FileLine, LineSplitter } from './line-splitter.ts'
import type { ImportProgress, ImportStore, ImportSubject, Place } from './ports.ts'
import type { Row, Source as ValueSource } from './row-mapper.ts'
import type { Source } from './source.ts'

/** Everything that an import works with. */
export interface ImportParts {
  readonly source: Source
  readonly format: InputFormat
  /** As the config has them: a CSV file's header is checked against them. */
  readonly columns: Readonly<Record<string, ValueSource>>
  readonly map: (data: LineData) => Row
  readonly matters: (text: string) => boolean | { readonly problem: string }
  readonly store: ImportStore
  readonly subject: ImportSubject
  readonly batchSize: number
  /** So many lines that can matter, at most. */
  readonly limit: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly unavailableForMs: number
  /** Told where the import begins, and after each batch that has committed. */
  readonly onProgress: (progress: ImportProgress) => void
  readonly onUnavailable: (error: DatabaseUnavailableError) => void
}

export type ImportEnd = 'completed' | 'limit-reached' | 'interrupted'

export interface ImportOutcome {
  readonly end: ImportEnd
  readonly progress: ImportProgress
  /** The line at which this process began, where another had come so far; else null. */
  readonly resumedAtLine: number | null
}

/**
 * Reads the file from where the last import of it was interrupted, batch by batch, to its end, the limit or a signal.
 * What was read when it stops, for whatever reason, is written first.
 *
 * @throws InputError the file, or its header; DatabaseUnavailableError, after which the same import goes on
 */
export async function runImport(parts: ImportParts): Promise<ImportOutcome> {
  const { store, source } = parts
  const begun = await store.begin(parts.subject)
  parts.onProgress(begun)
  const writer = new BatchWriter({ ...parts, onCommit: parts.onProgress }, begun)
  const resumed = begun.next.byte > 0
  try {
    const end = await readAll(parts, begun, writer)
    const last = await writer.finish()
    const progress = end === 'completed' ? await store.end(writer.lap()) : last
    return { end, progress, resumedAtLine: resumed ? begun.next.line : null }
  } finally {
    source.close()
    await writer.finish().catch(() => {})
  }
}

async function readAll(parts: ImportParts, begun: ImportProgress, writer: BatchWriter): Promise<ImportEnd> {
  const { source, format, signal } = parts
  const from = startOf(begun.next, source)
  const splitter = new LineSplitter(from, format.kind === 'csv' ? csvRecordEnd(format.delimiter) : undefined)
  const lines = new LineConsumer(parts, begun, writer)
  const chunks = source.chunks(from.byte)[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await unlessAborted(chunks.next(), signal)
      if (next === null) return 'interrupted'
      const end = await lines.consume(next.done ? splitter.end() : splitter.push(next.value))
      if (end !== null) return end
      if (next.done) return 'completed'
    }
  } finally {
    await lines.flush()
  }
}

/**
 * Null as soon as the signal comes. No `Promise.race` with one promise for all: that would hold on to the results of all
 * races, which is the whole file.
 */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(null)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** A byte order mark is no part of the first line. */
function startOf(next: Place, { head }: Source): Place {
  return next.byte === 0 && hasMark(head) ? { byte: MARK_BYTES, line: 1 } : next
}

/** Takes lines into batches, the header first where there is one. */
class LineConsumer {
  readonly #parts: ImportParts
  readonly #writer: BatchWriter
  #batcher: Batcher | null
  #from: Place
  #left: number

  constructor(parts: ImportParts, begun: ImportProgress, writer: BatchWriter) {
    this.#parts = parts
    this.#writer = writer
    this.#from = begun.next
    this.#left = parts.limit
    const known = parts.format.kind === 'jsonl' || (begun.header !== null && begun.next.byte > 0)
    this.#batcher = known ? this.#batcherFor(begun.header) : null
  }

  /** Null: there may be more to take. */
  async consume(lines: readonly FileLine[]): Promise<ImportEnd | null> {
    let at = this.#batcher === null ? await this.#readHeader(lines) : 0
    while (at < lines.length && this.#batcher !== null) {
      const some = lines.slice(at, at + Math.min(this.#batcher.room, this.#left))
      this.#left -= this.#batcher.take(some)
      at += some.length
      if (this.#batcher.full) await this.flush()
      if (this.#left === 0) return 'limit-reached'
      if (this.#parts.signal.aborted) return 'interrupted'
    }
    return null
  }

  async flush(): Promise<void> {
    const taken = this.#batcher?.drain() ?? null
    if (taken !== null) await this.#writer.write(taken)
  }

  /** Answers how many lines it took. */
  async #readHeader(lines: readonly FileLine[]): Promise<number> {
    const at = lines.findIndex(({ text }) => text.trim() !== '')
    const line = lines[at]
    const { format, columns, source, store } = this.#parts
    if (line === undefined || format.kind !== 'csv') return lines.length
    const [found] = line.problem === null ? csvFields([line.text], format.delimiter) : [{ problem: line.problem }]
    if (found === undefined || 'problem' in found) {
      const what = `a header of which ${found?.problem ?? 'nothing is known'}`
      throw new InputError('HEADER_UNREADABLE', [{ path: source.name, found: what, allowed: 'a line of column names' }])
    }
    const header = found.fields.map((name) => name.trim())
    const problems = checkHeader(header, columns)
    if (problems.length > 0) throw new InputError('HEADER_INVALID', problems)
    await store.header(header)
    this.#from = line.next
    this.#batcher = this.#batcherFor(header)
    return at + 1
  }

  #batcherFor(header: readonly string[] | null): Batcher {
    const { format, matters, map, batchSize } = this.#parts
    return new Batcher({ parse: lineParser(format, header), matters, map }, batchSize, this.#from)
  }
}
