import { BatchWriter } from './batch-writer.ts'
import { csvRecordEnd } from './csv-fields.ts'
import type { ImportEnd, ImportParts } from './import-parts.ts'
import { hasMark, MARK_BYTES } from './input-format.ts'
import { LineConsumer } from './line-consumer.ts'
import { LineSplitter } from './line-splitter.ts'
import type { ImportProgress, Place } from './ports.ts'
import type { Source } from './source.ts'

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
  const writer = new BatchWriter(parts, begun)
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

/** Null as soon as the signal comes. One promise in many `Promise.race`s would hold on to the whole file. */
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
