import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { pipeline, type Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import { InputError, messageOf } from '../domain/errors/errors.ts'

/** Where lines come from. */
export interface Source {
  /** Absolute; a name of its own for what is no file. */
  readonly path: string
  /** For people, and to tell the format by. */
  readonly name: string
  /** Changes when the file does; null: it can be read only once, and an import of it not be resumed. */
  readonly identity: string | null
  /** Bytes on disk; null: not known. */
  readonly size: number | null
  /** How its text begins. */
  readonly head: Buffer
  /** Its text from that byte on, chunk by chunk; gzip is undone. Errors are InputErrors where the file is at fault. */
  chunks(fromByte: number): AsyncIterable<Buffer>
  /** Bytes read so far of what is on disk. */
  position(): number
  /** Lets go of it; nothing more is read. */
  close(): void
}

const CHUNK = 256 * 1024
const HEAD = 64 * 1024

/** Opens a file, or reads a stream once. Throws InputError where there is no such file, or it cannot be read. */
export async function openSource(from: string | Readable): Promise<Source> {
  if (typeof from !== 'string') return streamSource(from, '-')
  const path = resolve(from)
  const found = await stat(path).catch((error: Error) => error)
  if (found instanceof Error || found.isDirectory()) {
    const what = found instanceof Error ? messageOf(found) : 'a folder'
    throw unreadable(from, what, 'a file, or - for standard input')
  }
  if (!found.isFile()) return streamSource(createReadStream(path), path)
  const head = await buffer(textOf(createReadStream(path, { end: HEAD - 1 }), false, from))
  const hash = createHash('sha256').update(head).digest('hex')
  const gzip = isGzip(head)
  if (!gzip && head.length > 0 && /\.gz$/i.test(from)) {
    const hint = 'If it is not compressed, give it a name without .gz.'
    throw unreadable(from, 'no gzip data', 'gzip data in a .gz', hint)
  }
  let opened: ReadStream | null = null
  let start = 0
  return {
    path,
    name: basename(path),
    identity: `${found.size}:${Math.round(found.mtimeMs)}:${hash}`,
    size: found.size,
    head: beginningOf(head, gzip, from),
    position: () => start + (opened?.bytesRead ?? 0),
    close: () => void opened?.destroy(),
    chunks(fromByte) {
      start = gzip ? 0 : fromByte
      opened = createReadStream(path, { start, highWaterMark: CHUNK })
      return after(fromByte - start, textOf(opened, gzip, from))
    },
  }
}

async function streamSource(stream: Readable, name: string): Promise<Source> {
  let position = 0
  const iterator = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  const head = await firstOf(iterator)
  const gzip = isGzip(head)
  async function* whole() {
    position += head.length
    if (head.length > 0) yield head
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      const chunk = Buffer.from(next.value)
      position += chunk.length
      yield chunk
    }
  }
  return {
    path: `-:${randomUUID()}`,
    name,
    identity: null,
    size: null,
    head: beginningOf(head, gzip, name),
    position: () => position,
    close: () => void stream.destroy(),
    chunks: (fromByte) => after(fromByte, textOf(whole(), gzip, name)),
  }
}

/** Enough to tell what it is: a pipe may begin with a single byte. */
async function firstOf(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0)
  while (head.length < 16) {
    const { done, value } = await iterator.next()
    if (done) break
    head = Buffer.concat([head, Buffer.from(value)])
  }
  return head
}

/** The chunks as they are, or what their gzip holds. */
async function* textOf(chunks: AsyncIterable<Buffer>, gzip: boolean, from: string): AsyncIterable<Buffer> {
  try {
    yield* gzip ? pipeline(chunks, createGunzip({ chunkSize: CHUNK }), () => {}) : chunks
  } catch (error) {
    throw readingError(from, error)
  }
}

/** gzip can only be read from its beginning. */
async function* after(bytes: number, chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let left = bytes
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

function beginningOf(head: Buffer, gzip: boolean, from: string): Buffer {
  if (!gzip) return head
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch (error) {
    throw readingError(from, error)
  }
}

/** The file's own errors as InputError; any other as it came. */
function readingError(from: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'Z_BUF_ERROR') {
    const hint = 'What stood before that is in the table; the whole file may be read again.'
    return unreadable(from, 'gzip data that ends too early', 'a whole file', hint)
  }
  return /^(Z_|E[A-Z]+$)/.test(code) ? unreadable(from, messageOf(error), 'a file that can be read') : error
}

function unreadable(path: string, found: string, allowed: string, hint?: string): InputError {
  return new InputError('FILE_UNREADABLE', [{ path, found, allowed, hint }])
}
