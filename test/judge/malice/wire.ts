import { createServer, type Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { Exchange, Headers } from '../../../src/refresh/ports/vendor.ts'
import { httpClient } from '../../../src/vendors/http-client.ts'
import type { Random } from '../random.ts'
import { MOST_BYTES } from './ways.ts'

/** What a server may do to a body, by what it says that it did. */
const ENCODINGS: readonly (readonly [string, ...((body: Buffer) => Buffer)[]])[] = [
  ['', (body) => body],
  ['', gzipSync],
  ['identity', (body) => body],
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['gzip, br', gzipSync, brotliCompressSync],
  ['gzip', gzipSync, gzipSync],
  ['gzip', brotliCompressSync],
  ['br', (body) => body],
  ['zstd', (body) => body],
]
/** Unpacked, each is more than is read. */
const BOMBS: readonly (readonly [string, Buffer])[] = [
  ['gzip', gzipSync(Buffer.alloc(4 * MOST_BYTES))],
  ['br', brotliCompressSync(Buffer.alloc(4 * MOST_BYTES))],
  ['', gzipSync(Buffer.alloc(4 * MOST_BYTES))],
]
const TIMEOUT_MS = 200
/** What the answer says of its own body. */
const FRAMING = /^(content-(length|encoding)|transfer-encoding|connection|keep-alive)$/i

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

export interface Wire {
  /** Sends the reply over HTTP, packed, cut, changed or not, and returns what the client makes of it. */
  exchange(reply: Reply, random: Random): Promise<Exchange>
  close(): void
}

/** A server that answers with any bytes, and the client of a run. */
export async function hostileWire(): Promise<Wire> {
  let answer: (socket: Socket) => void = () => {}
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)))
    socket.on('data', () => answer(socket))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  const client = httpClient({
    baseUrl: `http://127.0.0.1:${port}`,
    headers: {},
    idempotencyHeader: null,
    timeoutMs: TIMEOUT_MS,
    maxSockets: 1,
  })
  return {
    exchange(reply, random) {
      const bytes = bytesOf(reply, random)
      const ends = random.chance(0.97)
      answer = (socket) => (ends ? socket.end(bytes) : socket.write(bytes))
      return client.send({ method: 'GET', path: '/', maxReplyBytes: MOST_BYTES }, null)
    },
    close() {
      client.close()
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

function bytesOf({ status, headers, body }: Reply, random: Random): Buffer {
  const [encoding, ...packers] = random.pick(ENCODINGS)
  const [name, packed] = random.chance(0.02)
    ? random.pick(BOMBS)
    : ([encoding, packers.reduce((made, pack) => pack(made), body)] as const)
  const sent = random.chance(0.2) ? damaged(packed, random) : packed
  const length = random.chance(0.1) ? random.between(0, 2 * sent.length) : sent.length
  const isChunked = random.chance(0.3)
  const head = [
    `HTTP/1.1 ${status} X`,
    ...Object.entries(headers)
      .filter(([header]) => !FRAMING.test(header))
      .flatMap(([header, value]) => [value ?? ''].flat().map((each) => `${header}: ${each}`)),
    ...(name === '' ? [] : [`content-encoding: ${name}`]),
    isChunked ? 'transfer-encoding: chunked' : `content-length: ${length}`,
  ]
  const framed = isChunked ? [`${length.toString(16)}\r\n`, sent, '\r\n0\r\n\r\n'] : [sent]
  return Buffer.concat([`${head.join('\r\n')}\r\n\r\n`, ...framed].map((part) => Buffer.from(part as string, 'latin1')))
}

function damaged(body: Buffer, random: Random): Buffer {
  const made = Buffer.from(body.subarray(0, random.between(0, body.length)))
  for (let flips = random.between(0, 3); flips > 0 && made.length > 0; flips--) {
    made[random.between(0, made.length - 1)] = random.between(0, 255)
  }
  return made
}
