import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import { InputError, messageOf } from '../domain/errors.ts'

/** Where lines come from. */
export interface Source {
  /** Absolute; a name of its own for what is no file. */
  readonly path: string
  /** For people, and to tell the format by. */
  readonly name: string
  /** Changes when the file does; null: it can be read only once, and an import of it not be resumed. */
  readonly identity: string | null
  /** Bytes on disk; null: nobody knows. */
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
    throw new InputError('FILE_UNREADABLE', [{ path: from, found: what, allowed: 'a file, or - for standard input' }])
  }
  if (!found.isFile()) return streamSource(createReadStream(path), path)
  const head = await readHead(from, path)
  const hash = createHash('sha256').update(head).digest('hex')
  const gzip = isGzip(head)
  checkName(from, gzip, head.length)
  let opened: ReadStream | null = null
  let start = 0
  return {
    path,
    name: basename(path),
    identity: `${found.size}:${Math.round(found.mtimeMs)}:${hash}`,
    size: found.size,
    head: textOf(head, gzip, from),
    position: () => start + (opened?.bytesRead ?? 0),
    close: () => void opened?.destroy(),
    chunks(fromByte) {
      start = gzip ? 0 : fromByte
      opened = createReadStream(path, { start, highWaterMark: CHUNK })
      return gzip ? after(fromByte, unzipped(opened, from)) : reading(opened, from)
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
    head: textOf(head, gzip, name),
    position: () => position,
    close: () => void stream.destroy(),
    chunks: (fromByte) => after(fromByte, gzip ? unzipped(Readable.from(whole()), name) : reading(whole(), name)),
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

async function readHead(from: string, path: string): Promise<Buffer> {
  try {
    const handle = await open(path)
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw unreadable(from, error)
  }
}

async function* reading(stream: AsyncIterable<Buffer>, from: string): AsyncIterable<Buffer> {
  try {
    yield* stream
  } catch (error) {
    throw unreadable(from, error)
  }
}

async function* unzipped(stream: Readable, from: string): AsyncIterable<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK })
  stream.on('error', (error) => gunzip.destroy(error))
  try {
    yield* stream.pipe(gunzip)
  } catch (error) {
    throw unreadable(from, error)
  } finally {
    stream.destroy()
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

function checkName(from: string, gzip: boolean, length: number): void {
  if (gzip || length === 0 || !/\.gz$/i.test(from)) return
  const hint = 'If it is not compressed, give it a name without .gz.'
  throw new InputError('FILE_UNREADABLE', [{ path: from, found: 'no gzip data', allowed: 'gzip data in a .gz', hint }])
}

function textOf(head: Buffer, gzip: boolean, from: string): Buffer {
  if (!gzip) return head
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch (error) {
    throw unreadable(from, error)
  }
}

function unreadable(from: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'Z_BUF_ERROR') {
    const hint = 'What stood before that is in the table; the whole file may be read again.'
    return new InputError('FILE_UNREADABLE', [
      { path: from, found: 'gzip data that ends too early', allowed: 'a whole file', hint },
    ])
  }
  if (!/^(Z_|E[A-Z]+$)/.test(code)) return error
  return new InputError('FILE_UNREADABLE', [
    { path: from, found: messageOf(error), allowed: 'a file that can be read' },
  ])
}
