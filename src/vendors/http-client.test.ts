import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { inTier } from '../../test/support/tier.ts'
import { ServersUnderTest } from '../../test/support/vendors/server-under-test.ts'

const servers = new ServersUnderTest()
afterEach(() => servers.closeAll())

const GET = { method: 'GET', path: '/x' }
const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
const whole = `${OK}content-length: 2\r\n\r\n{}`

describe('a request', () => {
  test('arrives as the config says, once, with its key', async () => {
    const { asked, url } = await servers.http((_, response) => response.end('{"ok":true}'))
    const client = servers.client(`${url}/base//`, {
      headers: { 'x-api-key': 's3cret' },
      idempotencyHeader: 'Idempotency-Key',
    })
    const query = { email: 'a+b@x.example', none: null, missing: undefined, yes: true, n: 0 }
    const exchange = await client.send(
      { method: 'POST', path: '/v1', query, json: { a: [1] }, headers: { 'x-more': '1' } },
      'run-7',
    )
    expect(exchange).toMatchObject({ kind: 'reply', status: 200, text: '{"ok":true}' })
    expect(exchange.latencyMs).toBeGreaterThan(0)
    expect(asked).toMatchObject([
      { method: 'POST', url: '/base/v1?email=a%2Bb%40x.example&yes=true&n=0', body: '{"a":[1]}' },
    ])
    expect(asked[0]!.headers).toMatchObject({
      'x-api-key': 's3cret',
      'idempotency-key': 'run-7',
      'x-more': '1',
      'content-type': 'application/json',
    })
  })

  test('carries no key where there is none to carry, and no body', async () => {
    const { asked, url } = await servers.http((_, response) => response.end('{}'))
    await servers.client(url, { idempotencyHeader: 'Idempotency-Key' }).send(GET, null)
    await servers.client(url).send(GET, 'run-8')
    expect(asked.map(({ headers, body }) => [headers['idempotency-key'], body])).toEqual([
      [undefined, ''],
      [undefined, ''],
    ])
  })
})

describe('over TLS', () => {
  afterEach(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  })

  test('a certificate that nobody has signed is refused, and nothing has been sent', async () => {
    const { asked, url } = await servers.https((_, response) => response.end('{}'))
    const exchange = await servers.client(url, { headers: { 'x-api-key': 's3cret' } }).send(GET, null)
    expect(exchange).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('SELF_SIGNED') })
    expect(asked).toEqual([])
  })

  test('one that is trusted is not', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const { asked, url } = await servers.https((_, response) => response.end('{"ok":1}'))
    const exchange = await servers.client(`${url}/v1`).send({ ...GET, query: { q: 'ü' } }, null)
    expect(exchange).toMatchObject({ kind: 'reply', status: 200, text: '{"ok":1}' })
    expect(asked).toMatchObject([{ url: '/v1/x?q=%C3%BC' }])
  })
})

const ipv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))

if (ipv6) {
  test('a literal IPv6 address is reached', async () => {
    const server = http.createServer((request, response) => response.end(`"${request.headers.host}"`))
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve))
    const { port } = server.address() as AddressInfo
    const exchange = await servers.client(`http://[::1]:${port}`).send(GET, null)
    expect(exchange).toMatchObject({ kind: 'reply', text: `"[::1]:${port}"` })
    await new Promise((resolve) => server.close(resolve))
  })
}

describe('a reply, whatever it says, is a reply, and nothing is asked twice', () => {
  test.each([200, 204, 301, 302, 307, 400, 401, 402, 404, 408, 413, 429, 500, 502, 503, 504, 521])(
    '%i',
    async (status) => {
      const { asked, url } = await servers.http((_, response) => {
        response.writeHead(status, { 'retry-after': '0', location: '/elsewhere' }).end(status === 204 ? undefined : 'x')
      })
      const exchange = await servers.client(url).send(GET, null)
      expect(exchange).toMatchObject({ kind: 'reply', status, headers: { 'retry-after': '0' } })
      expect(asked.length).toBe(1)
    },
  )

  test('brings along what its headers say of the rate limits', async () => {
    const { url } = await servers.http((_, response) => {
      response.writeHead(429, { RateLimit: '"a";r=0;t=30', 'RateLimit-Policy': '"a";q=9;w=60' }).end()
    })
    const now = Date.now()
    const exchange = await servers.client(url, { now: () => now }).send(GET, null)
    const quota = { limit: 9, remaining: 0, resetAt: now + 30_000, windowMs: 60_000 }
    expect(exchange).toMatchObject({ kind: 'reply', status: 429, quotas: [quota] })
  })

  test('is unpacked, and may be empty', async () => {
    const { url } = await servers.http((_, response, n) => {
      if (n === 1) response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"zip":1}'))
      else response.end()
    })
    const client = servers.client(url)
    expect(await client.send(GET, null)).toMatchObject({ kind: 'reply', text: '{"zip":1}' })
    expect(await client.send(GET, null)).toMatchObject({ kind: 'reply', text: '' })
  })
})

describe('never sent', () => {
  test('a connection that is refused', async () => {
    const { url } = await servers.http(() => {})
    await servers.closeAll()
    expect(await servers.client(url).send(GET, null)).toMatchObject({
      kind: 'not-sent',
      reason: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test('a host that has no name', async () => {
    const exchange = await servers.client('http://no-such-host.invalid').send(GET, null)
    expect(exchange).toMatchObject({ kind: 'not-sent', reason: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) })
  })
})

describe('not allowed any more when the first byte would be written', () => {
  const REFUSED = { kind: 'not-sent', reason: expect.stringContaining('may not be sent') }

  test('on a new connection, and on one that was used before', async () => {
    const { seen, url } = await servers.raw((socket) => socket.write(whole))
    const client = servers.client(url, { maxSockets: 1 })
    expect(await client.send(GET, null, () => false)).toMatchObject(REFUSED)
    expect(seen.requests).toBe(0)
    expect((await client.send(GET, null, () => true)).kind).toBe('reply')
    expect(await client.send({ ...GET, method: 'POST', json: { a: 1 } }, null, () => false)).toMatchObject(REFUSED)
    expect(seen.requests).toBe(1)
    expect((await client.send(GET, null)).kind).toBe('reply')
  })

  test('it is asked once a request, and not before there is a connection', async () => {
    const { seen, url } = await servers.raw((socket) => socket.write(whole))
    const client = servers.client(url, { maxSockets: 1 })
    const asked: number[] = []
    const ask = () => asked.push(seen.requests) > 0
    const sent = [client.send(GET, null, ask), client.send(GET, null, ask)]
    expect(asked).toEqual([])
    await Promise.all(sent)
    expect(asked).toEqual([0, 1])
  })

  test('over TLS', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const { asked, url } = await servers.https((_, response) => response.end('{}'))
      const client = servers.client(url, { maxSockets: 1 })
      expect(await client.send({ ...GET, method: 'POST', json: { a: 1 } }, null, () => false)).toMatchObject(REFUSED)
      expect(asked).toEqual([])
      expect((await client.send({ ...GET, method: 'POST', json: { a: 1 } }, null)).kind).toBe('reply')
      expect(asked).toMatchObject([{ body: '{"a":1}' }])
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    }
  })
})

describe('lost: it may have been charged', () => {
  test.each([
    ['a connection reset after the request', (socket: import('node:net').Socket) => socket.resetAndDestroy(), null],
    ['a connection closed without a word', (socket: import('node:net').Socket) => socket.end(), null],
    [
      'a head that breaks off',
      (socket: import('node:net').Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'),
      null,
    ],
    ['an answer that is no HTTP', (socket: import('node:net').Socket) => socket.end('hello\r\n\r\n'), null],
    [
      'a body that breaks off',
      (socket: import('node:net').Socket) => socket.end(`${OK}content-length: 100\r\n\r\n{"a":`),
      200,
    ],
    [
      'a chunked body that breaks off',
      (socket: import('node:net').Socket) => socket.end(`${OK}transfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`),
      200,
    ],
    [
      'a reset in the middle of the body',
      (socket: import('node:net').Socket) => {
        socket.write(`${OK}content-length: 100\r\n\r\n{"a":`, () => setTimeout(() => socket.resetAndDestroy(), 30))
      },
      200,
    ],
    [
      'an error page that breaks off',
      (socket: import('node:net').Socket) => socket.end('HTTP/1.1 500 Oh\r\ncontent-length: 9\r\n\r\nx'),
      500,
    ],
    [
      'packed nonsense',
      (socket: import('node:net').Socket) => socket.end(`${OK}content-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc`),
      200,
    ],
  ])('%s', async (_, answer, status) => {
    const { seen, url } = await servers.raw(answer)
    const exchange = await servers.client(url, { timeoutMs: 2_000 }).send(GET, null)
    expect(exchange).toMatchObject({ kind: 'lost', status })
    expect(seen.requests).toBe(1)
  })

  test('no answer in time, on a new connection', async () => {
    const { seen, url } = await servers.raw(() => {})
    const exchange = await servers.client(url, { timeoutMs: 150 }).send(GET, null)
    expect(exchange).toMatchObject({ kind: 'lost', status: null })
    expect(seen.requests).toBe(1)
  })

  test('no answer in time, on a connection that was used before', async () => {
    const { seen, url } = await servers.raw((socket, n) => n === 1 && socket.write(whole))
    const client = servers.client(url, { timeoutMs: 150, maxSockets: 1 })
    expect((await client.send(GET, null)).kind).toBe('reply')
    expect(await client.send(GET, null)).toMatchObject({ kind: 'lost', status: null })
    expect(seen).toEqual({ requests: 2, connections: 1 })
  })

  test('a reset on a connection that was used before', async () => {
    const { seen, url } = await servers.raw((socket, n) => (n === 1 ? socket.write(whole) : socket.resetAndDestroy()))
    const client = servers.client(url, { maxSockets: 1 })
    await client.send(GET, null)
    expect(await client.send(GET, null)).toMatchObject({ kind: 'lost', status: null })
    expect(seen).toEqual({ requests: 2, connections: 1 })
  })

  test('a body that does not end in time', async () => {
    const { url } = await servers.raw((socket) => socket.write(`${OK}content-length: 100\r\n\r\n{`))
    expect(await servers.client(url, { timeoutMs: 150 }).send(GET, null)).toMatchObject({ kind: 'lost', status: 200 })
  })

  test('a reply longer than 16 MiB is cut where the request names no bound, and does not break the process', async () => {
    const thrown = catchUncaught()
    const { asked, url } = await servers.http((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 0x20)
      const more = () => {
        while (!response.destroyed && response.write(chunk)) {}
      }
      response.on('drain', more)
      response.on('error', () => {})
      more()
    })
    const exchange = await servers.client(url, { timeoutMs: 4_000 }).send(GET, null)
    expect(thrown.restore()).toEqual([])
    expect(exchange).toMatchObject({ kind: 'lost', status: 200, tooLong: true })
    expect(asked.length).toBe(1)
  })

  test.each([1_000, 200_000])('a reply of %i bytes is whole at that bound, and cut one below it', async (bytes) => {
    const { url } = await servers.http((_, response) => void response.end('x'.repeat(bytes)))
    const client = servers.client(url, {})
    expect(await client.send({ ...GET, maxReplyBytes: bytes }, null)).toMatchObject({ kind: 'reply', status: 200 })
    const cut = await client.send({ ...GET, maxReplyBytes: bytes - 1 }, null)
    expect(cut).toMatchObject({ kind: 'lost', status: 200, tooLong: true })
  })
})

describe('a reply that would fill the memory', () => {
  const packed = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
  /** How far the process's memory rises meanwhile, at most, in MiB. */
  async function risenBy(work: () => Promise<unknown>): Promise<number> {
    const before = process.resourceUsage().maxRSS
    await work()
    return (process.resourceUsage().maxRSS - before) / 1024
  }

  test.each(['[],', '{},', '[[[1]]],', '{"1":0},', '"a",1,[{}],'])('is not read as JSON: %s', async (piece) => {
    const bomb = gzipSync(`[${piece.repeat((15 * 2 ** 20) / piece.length)}0]`)
    const { url } = await servers.http((_, response) => response.writeHead(200, packed).end(bomb))
    const exchange = await servers.client(url).send(GET, null)
    expect(exchange).toMatchObject({
      kind: 'lost',
      status: 200,
      tooLong: true,
      reason: expect.stringContaining('values'),
    })
  })

  test('many at once wait for each other, and all arrive', async () => {
    const text = JSON.stringify({ data: 'x'.repeat(inTier(4, 12) * 2 ** 20) })
    const body = gzipSync(text)
    const { url } = await servers.http((_, response) => response.writeHead(200, packed).end(body))
    const client = servers.client(url, { maxSockets: 30, timeoutMs: 60_000 })
    let whole = 0
    const risen = await risenBy(async () => {
      const ask = async () => {
        const exchange = await client.send(GET, null)
        if (exchange.kind === 'reply' && exchange.text.length === text.length) whole += 1
      }
      await Promise.all(Array.from({ length: 30 }, ask))
    })
    expect(whole).toBe(30)
    expect(risen).toBeLessThan(200)
  })
})

describe('connections', () => {
  test('are used again, and never more at once than allowed', async () => {
    const { seen, url } = await servers.raw((socket) => setTimeout(() => socket.write(whole), 5))
    const client = servers.client(url, { maxSockets: 3 })
    const exchanges = await Promise.all(Array.from({ length: 30 }, () => client.send(GET, null)))
    expect(exchanges.every(({ kind }) => kind === 'reply')).toBe(true)
    expect(seen).toEqual({ requests: 30, connections: 3 })
  })

  test('a request that never got a connection in time was not sent, or counts as lost, and the server never saw it', async () => {
    const { seen, url } = await servers.raw(() => {})
    const client = servers.client(url, { maxSockets: 1, timeoutMs: 500 })
    const [first, second] = await Promise.all([client.send(GET, null), client.send(GET, null)])
    expect(first.kind).toBe('lost')
    expect(['not-sent', 'lost']).toContain(second.kind)
    expect(seen.requests).toBe(1)
  })
})

/** What would have ended the process, until restored. */
function catchUncaught(): { restore(): unknown[] } {
  const thrown: unknown[] = []
  const kinds = ['uncaughtException', 'unhandledRejection'] as const
  const before = kinds.map((kind) => process.listeners(kind as 'uncaughtException'))
  for (const kind of kinds)
    process.removeAllListeners(kind).on(kind as 'uncaughtException', (error) => thrown.push(error))
  return {
    restore() {
      kinds.forEach((kind, i) => {
        process.removeAllListeners(kind)
        for (const listener of before[i] ?? []) process.on(kind as 'uncaughtException', listener)
      })
      return thrown
    },
  }
}
