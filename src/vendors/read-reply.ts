import { gunzipSync } from 'node:zlib'
import { type Request, RequestError, type Response } from 'got'
import { isHeavy } from '../domain/values/json-weight.ts'
import type { Headers } from '../refresh/ports/vendor.ts'

type ReadReply =
  | { readonly kind: 'whole'; readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }

/** A shorter text makes little, whatever it is. */
const LIGHT_BYTES = 64 * 1024
/** What JSON.parse may make of a byte of a reply, and of all of them. Vendors' data takes 1 to 3 times its length. */
const MOST_TIMES = 8
const MOST_WEIGHT = 44 * 1024 * 1024

const TOO_LONG = 'the reply is longer than vendor.maxReplyBytes allows'
/** Some servers put it before JSON, which then cannot be parsed. */
const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Reads a reply of at most `mostBytes`, unpacked. A longer one is cut off where it exceeds them, and one that would take
 * too much memory as JSON is not returned. Rejects with got's errors.
 */
export function readReply(stream: Request, mostBytes: number): Promise<ReadReply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let [bytes, response] = [0, null as Response | null]
    const ended = (settle: () => void) => {
      ROOM.leave(stream)
      settle()
      stream.destroy()
    }
    const statusOf = () => response?.statusCode ?? 0
    stream.on('response', (begun: Response) => {
      response = begun
    })
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > mostBytes) {
        return ended(() => resolve({ kind: 'refused', status: statusOf(), reason: TOO_LONG }))
      }
      chunks.push(chunk)
      ROOM.take(stream, chunk.length)
    })
    stream.on('end', () => ended(() => resolve(wholeOf(chunks, mostBytes, statusOf(), response?.headers ?? {}))))
    // got stops its timers then, and would wait for ever.
    stream.on('upgrade', () => {
      const error = new RequestError('the server changes the protocol', { code: 'ERR_UPGRADE' }, stream)
      ended(() => reject(error))
    })
    // Errors may follow one that has been reported: without a listener they would end the process.
    stream.on('error', (error) => ended(() => reject(error)))
  })
}

/** What the bytes of a complete reply are read as. */
export function wholeOf(chunks: readonly Buffer[], mostBytes: number, status: number, headers: Headers): ReadReply {
  const sent = Buffer.concat(chunks)
  const body = isGzip(sent) ? unpacked(sent, mostBytes) : sent
  if (body === null) return { kind: 'refused', status, reason: TOO_LONG }
  const most = Math.min(MOST_TIMES * mostBytes, Math.max(MOST_WEIGHT, 2 * mostBytes))
  if (body.length > LIGHT_BYTES && isHeavy(body, most)) {
    return {
      kind: 'refused',
      status,
      reason: 'the reply has more values than are read: as JSON it would fill the memory',
    }
  }
  const text = body.toString('utf8')
  return { kind: 'whole', status, headers, text: text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text }
}

/** RFC 1952, section 2.3.1 (https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1). No text in UTF-8 begins so. */
function isGzip(body: Buffer): boolean {
  return body[0] === 0x1f && body[1] === 0x8b
}

/** A file that is itself gzip, whatever its encoding on the way; null: it is too long. What cannot be unpacked stays as it is. */
function unpacked(body: Buffer, mostBytes: number): Buffer | null {
  try {
    return gunzipSync(body, { maxOutputLength: mostBytes })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? null : body
  }
}

interface Reading {
  pause(): void
  resume(): void
}

/** All unpacked bytes that replies may hold at once while they are read. */
const MOST_BYTES = 16 * 1024 * 1024
/** A reply with less waits for no other. */
const FREE_BYTES = 256 * 1024

/**
 * The memory for replies that are being read: where it is used up, long replies wait, and only the one that began first
 * is read on, so that one is always finished.
 */
export class ReplyRoom {
  /** In the order in which they began to arrive. */
  readonly #held = new Map<Reading, number>()
  readonly #most: number
  #bytes = 0

  constructor(mostBytes = MOST_BYTES) {
    this.#most = mostBytes
  }

  take(reading: Reading, bytes: number): void {
    const held = (this.#held.get(reading) ?? 0) + bytes
    this.#held.set(reading, held)
    this.#bytes += bytes
    if (this.#bytes > this.#most && held > FREE_BYTES && reading !== this.#first) reading.pause()
  }

  leave(reading: Reading): void {
    this.#bytes -= this.#held.get(reading) ?? 0
    if (!this.#held.delete(reading)) return
    if (this.#bytes <= this.#most) for (const each of this.#held.keys()) each.resume()
    else this.#first?.resume()
  }

  get #first(): Reading | undefined {
    return this.#held.keys().next().value
  }
}

/** Of the process, however many clients there are. */
const ROOM = new ReplyRoom()
