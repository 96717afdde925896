import type { Socket } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { randomFrom } from '../../test/judge/random.ts'
import { inTier } from '../../test/support/tier.ts'
import { ServersUnderTest } from '../../test/support/vendors/server-under-test.ts'

const servers = new ServersUnderTest()
afterEach(() => servers.closeAll())

const TIMEOUT_MS = 1_000
const MOST_BYTES = 1024 * 1024

const BODY = '{"data":{"job_title":"x"}}'
const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`
const bomb = Buffer.alloc(256 * MOST_BYTES, ' ')
const reply = (headers: string, body: Buffer | string = BODY) =>
  Buffer.concat([Buffer.from(`${OK}${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`), Buffer.from(body)])
const forever =
  (text: string, begin = '') =>
  (socket: Socket) => {
    socket.write(begin)
    const timer = setInterval(() => socket.write(text), 5)
    socket.on('close', () => clearInterval(timer))
  }
const thenEnd = (bytes: Buffer | string) => (socket: Socket) => void socket.end(bytes)

const read = { kind: 'reply', status: 200, text: BODY }
const lost = { kind: 'lost' }
const tooLong = { kind: 'lost', status: 200, tooLong: true }
/** What follows may be found in time, or not. */
const known = { kind: expect.stringMatching(/^(reply|lost)$/) }
const unreadable = { kind: 'reply', status: 200 }

/** What a vendor sends, byte for byte, and what is known of the call then. */
const ANSWERS: Readonly<Record<string, readonly [Buffer | string | ((socket: Socket) => void), object]>> = {
  'brotli that unpacks to 256 MiB': [reply('content-encoding: br\r\n', brotliCompressSync(bomb)), tooLong],
  'gzip that unpacks to 256 MiB': [reply('content-encoding: gzip\r\n', gzipSync(bomb)), tooLong],
  'deflate that unpacks to 256 MiB': [reply('content-encoding: deflate\r\n', deflateSync(bomb)), tooLong],
  'a file of gzip that unpacks to 256 MiB': [reply('', gzipSync(bomb)), tooLong],
  'gzip in gzip': [reply('content-encoding: gzip, gzip\r\n', gzipSync(gzipSync(BODY))), unreadable],
  'gzip that says that it is gzip': [reply('content-encoding: gzip\r\n', gzipSync(BODY)), read],
  'plain text that says that it is gzip': [reply('content-encoding: gzip\r\n'), lost],
  'half of a brotli stream': [reply('content-encoding: br\r\n', brotliCompressSync(BODY).subarray(0, 12)), lost],
  'an encoding that nobody knows': [reply('content-encoding: x-evil\r\n'), read],
  'a body longer than its length': [reply('', BODY).toString('latin1') + '}'.repeat(1_000), known],
  'a body shorter than its length': [thenEnd(`${OK}content-length: 500\r\n\r\n${BODY}`), lost],
  'a length that is no number': [`${OK}content-length: 2x\r\n\r\n${BODY}`, lost],
  'a negative length': [`${OK}content-length: -1\r\n\r\n${BODY}`, lost],
  'a length of 2 to the 70th': [`${OK}content-length: 1180591620717411303424\r\n\r\n${BODY}`, lost],
  'two lengths': [`${OK}content-length: 2\r\ncontent-length: 26\r\n\r\n${BODY}`, lost],
  'a length and chunks': [`${CHUNKED.slice(0, -2)}content-length: 26\r\n\r\n1a\r\n${BODY}\r\n0\r\n\r\n`, lost],
  'a chunk of 2 to the 70th': [`${CHUNKED}400000000000000000\r\n${BODY}`, lost],
  'a chunk whose size is no number': [`${CHUNKED}zz\r\n${BODY}`, lost],
  'chunks that never end': [forever('1\r\n \r\n', CHUNKED), lost],
  'chunks of 1 MiB without an end': [forever(`100000\r\n${' '.repeat(MOST_BYTES)}\r\n`, CHUNKED), tooLong],
  'a trailer that never ends': [forever('a: b\r\n', `${CHUNKED}0\r\n`), lost],
  'informational replies without an end': [forever('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(50)), lost],
  'an informational reply, then the reply': [`HTTP/1.1 102 Processing\r\n\r\n${reply('')}`, read],
  'another protocol': ['HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n', lost],
  'a head that never ends': [forever(`x-a: ${'b'.repeat(500)}\r\n`, OK), lost],
  'a head of 1 MiB': [`${OK}x-a: ${'b'.repeat(MOST_BYTES)}\r\n\r\n`, lost],
  'a status line of 1 MiB': [`HTTP/1.1 200 ${'O'.repeat(MOST_BYTES)}\r\n\r\n`, lost],
  'three thousand headers': [reply('a: b\r\n'.repeat(2_000)), read],
  'NUL in a header': [reply('x-a: b\0c\r\n'), lost],
  'a header without a name': [reply(': b\r\n'), lost],
  'lines that end in LF alone': [`HTTP/1.1 200 OK\ncontent-length: 26\n\n${BODY}`, lost],
  'no status': ['HTTP/1.1 \r\n\r\n', lost],
  'a status of four digits': [`HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n`, lost],
  'a version that does not exist': ['HTTP/9.9 200 OK\r\ncontent-length: 0\r\n\r\n', lost],
  'no HTTP at all': ['SSH-2.0-OpenSSH_9.2\r\n', lost],
  'random bytes': [Buffer.from([0x16, 3, 1, 0, 0xff, 0, 0, 1, 2, 3]), lost],
  'nothing, and the end': [thenEnd(''), lost],
  'nothing, without an end': [() => {}, lost],
  'half a head, and the end': [thenEnd('HTTP/1.1 20'), lost],
  'a reset': [(socket) => void socket.resetAndDestroy(), lost],
  'a reset within the body': [
    (socket) => socket.write(`${OK}content-length: 500\r\n\r\n${BODY}`, () => socket.resetAndDestroy()),
    lost,
  ],
  'a byte now and then': [forever('H'), lost],
  'no content, with a body': [`HTTP/1.1 204 No Content\r\ncontent-length: 26\r\n\r\n${BODY}`, known],
  'a redirection to another host': [
    'HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n',
    { kind: 'reply', status: 302, text: '' },
  ],
  'a redirection to nowhere': [
    'HTTP/1.1 302 Found\r\nlocation: http://[\r\ncontent-length: 0\r\n\r\n',
    { kind: 'reply', status: 302 },
  ],
  'a charset that lies': [
    `HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-16\r\ncontent-length: 26\r\n\r\n${BODY}`,
    read,
  ],
  'bytes that are no UTF-8': [
    reply('', Buffer.from([0x22, 0xff, 0xfe, 0x22])),
    { kind: 'reply', text: '"\uFFFD\uFFFD"' },
  ],
  'a byte order mark': [reply('', `\uFEFF${BODY}`), read],
}

test.each(Object.keys(ANSWERS))('%s: the call ends in time, and in something known', async (name) => {
  const [answer, expected] = ANSWERS[name] as (typeof ANSWERS)[string]
  const { url } = await servers.raw((socket) => (typeof answer === 'function' ? answer(socket) : socket.write(answer)))
  const before = process.memoryUsage().rss
  const exchange = await servers
    .client(url, { timeoutMs: TIMEOUT_MS })
    .send({ method: 'GET', path: '/x', maxReplyBytes: MOST_BYTES }, null)
  expect(exchange).toMatchObject(expected)
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * MOST_BYTES)
})

test('a connection whose protocol was changed is closed', async () => {
  const closed = vi.fn()
  const { url } = await servers.raw((socket) => {
    socket.on('close', closed)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n')
  })
  await servers.client(url).send({ method: 'GET', path: '/x' }, null)
  await expect.poll(() => closed.mock.calls.length).toBe(1)
})

test('whatever bytes come, a call ends, and its client goes on', async () => {
  const random = randomFrom(Number(process.env.SPENDDOWN_FUZZ_SEED ?? 15))
  const whole = Object.values(ANSWERS).flatMap(([answer]) =>
    typeof answer === 'function' ? [] : [Buffer.from(answer)],
  )
  const small = whole.filter(({ length }) => length < 100_000)
  const { url, seen } = await servers.raw((socket) => {
    const bytes = Buffer.from(random.pick(small))
    for (let change = random.between(0, 4); change > 0; change -= 1) {
      bytes[random.between(0, bytes.length - 1)] = random.between(0, 255)
    }
    const kept = bytes.subarray(0, random.chance(0.2) ? random.between(0, bytes.length) : bytes.length)
    if (random.chance(0.8)) socket.end(kept)
    else socket.write(kept)
  })
  const client = servers.client(url, { timeoutMs: 300, maxSockets: 20 })
  const calls = inTier(300, 5_000)
  let next = 0
  const callOnAndOn = async () => {
    while (next < calls) {
      next += 1
      expect(['reply', 'lost', 'not-sent']).toContain((await client.send({ method: 'GET', path: '/x' }, null)).kind)
    }
  }
  await Promise.all(Array.from({ length: 20 }, callOnAndOn))
  expect(seen.requests).toBeGreaterThan(calls * 0.9)
})
