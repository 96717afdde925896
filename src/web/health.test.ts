import { get } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { InputError } from '../domain/errors/errors.ts'
import { type HealthParts, healthApp } from './health.ts'
import { type Bounds, type Listening, listen } from './listen.ts'

const PARTS: HealthParts = {
  host: '127.0.0.1',
  lost: () => null,
  unready: async () => null,
  metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'a 1\n' }),
}

function opening(parts: Partial<HealthParts>, bounds: Bounds = {}, port = 0): Promise<Listening> {
  const all = { ...PARTS, ...parts }
  return listen(healthApp(all).fetch, { port, host: all.host }, bounds)
}

async function opened(parts: Partial<HealthParts> = {}, bounds: Bounds = {}): Promise<Listening> {
  const service = await opening(parts, bounds)
  onTestFinished(() => service.close())
  return service
}

async function ask(url: string, method = 'GET') {
  const reply = await fetch(url, { method })
  return {
    status: reply.status,
    type: reply.headers.get('content-type'),
    allow: reply.headers.get('allow'),
    text: await reply.text(),
  }
}

describe('what is asked for is answered', () => {
  test('200 where all is well', async () => {
    const { url } = await opened()
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200, text: '{"status":"ok"}\n' })
    expect(await ask(`${url}/readyz?verbose`)).toMatchObject({ status: 200, text: '{"status":"ok"}\n' })
    expect(await ask(`${url}/metrics`)).toMatchObject({ status: 200, type: 'text/plain; version=0.0.4', text: 'a 1\n' })
  })

  test('the metrics of one account, where there is one of that name', async () => {
    const metrics = async (account: string | null) =>
      account === 'b' ? null : { contentType: 'a', text: `${account}` }
    const { url } = await opened({ metrics })
    expect(await ask(`${url}/metrics?account=a%2F1`)).toMatchObject({ status: 200, text: 'a/1' })
    expect(await ask(`${url}/metrics?account=b`)).toMatchObject({ status: 404 })
    expect(await ask(`${url}/metrics`)).toMatchObject({ status: 200, text: 'null' })
  })

  test('503 with the reason where it is not', async () => {
    const unready = async () => ({ reason: 'database', detail: 'it is away' }) as const
    const { url } = await opened({ lost: () => 'it hangs', unready })
    const alive = await ask(`${url}/healthz`)
    expect([alive.status, JSON.parse(alive.text)]).toEqual([
      503,
      { status: 'unavailable', reason: 'lost', detail: 'it hangs' },
    ])
    const ready = await ask(`${url}/readyz`)
    expect([ready.status, JSON.parse(ready.text)]).toEqual([
      503,
      { status: 'unavailable', reason: 'database', detail: 'it is away' },
    ])
  })

  test.each<[string, Record<string, string>]>([
    ['10.0.0.7', {}],
    ['::ffff:10.0.0.7', {}],
    ['127.0.0.1', { 'x-forwarded-for': '10.0.0.7' }],
  ])(
    'a stranger learns what kind of trouble it is, and nothing of the database: %s %j',
    async (remoteAddress, headers) => {
      const unready = async () => ({ reason: 'database', detail: 'no route to app@db.internal' }) as const
      const app = healthApp({ ...PARTS, unready, metrics: () => Promise.reject(new Error('db.internal')) })
      const asked = async (path: string, from: string) => {
        const reply = await app.request(path, { headers }, { incoming: { socket: { remoteAddress: from } } })
        return `${reply.status} ${await reply.text()}`
      }
      expect(await asked('/readyz', remoteAddress)).toMatch(/^503 \{"status":"unavailable","reason":"database"/)
      for (const path of ['/readyz', '/metrics']) expect(await asked(path, remoteAddress)).not.toContain('db.internal')
      if ('x-forwarded-for' in headers) return
      for (const near of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
        expect(await asked('/readyz', near)).toContain('db.internal')
    },
  )

  test('no page of another site embeds an answer, or has it taken for something else', async () => {
    const { url } = await opened({ unready: async () => ({ reason: 'config', detail: 'x' }) })
    for (const path of ['/healthz', '/readyz', '/metrics', '/nothing']) {
      const { headers } = await fetch(url + path)
      const names = ['x-content-type-options', 'cross-origin-resource-policy', 'cache-control']
      expect(names.map((name) => headers.get(name))).toEqual(['nosniff', 'same-origin', 'no-store'])
    }
  })

  test('500 where the answer cannot be had', async () => {
    const { url } = await opened({ metrics: () => Promise.reject(new Error('no')) })
    expect((await ask(`${url}/metrics`)).status).toBe(500)
  })

  test('on this machine alone, by no other name: a page could make a browser bring it (DNS rebinding)', async () => {
    const { url } = await opened()
    const port = Number(new URL(url).port)
    const status = (host: string, path = '/metrics') =>
      new Promise((resolve, reject) => {
        get({ host: '127.0.0.1', port, path, headers: { host } }, (reply) => resolve(reply.resume().statusCode)).on(
          'error',
          reject,
        )
      })
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '1e3',
    ])
      expect([host, await status(host)]).toEqual([host, 421])
    expect(await status('evil.example', '/readyz')).toBe(421)
    for (const host of [
      `localhost:${port}`,
      'LOCALHOST:1',
      '127.0.0.1',
      `[::1]:${port}`,
      '10.0.0.7:9464',
      'spenddown.localhost',
    ])
      expect([host, await status(host)]).toEqual([host, 200])
    const { url: open } = await opened({ host: '0.0.0.0' })
    const reply = await new Promise((resolve) => {
      get(`${open.replace('0.0.0.0', '127.0.0.1')}/metrics`, { headers: { host: 'vm.example' } }, (found) =>
        resolve(found.resume().statusCode),
      )
    })
    expect(reply).toBe(200)
  })

  test('HEAD without a body, no other method, no other path', async () => {
    const { url } = await opened()
    expect(await ask(`${url}/metrics`, 'HEAD')).toMatchObject({ status: 200, text: '' })
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await ask(`${url}/healthz`, method)).toMatchObject({ status: 405, allow: 'GET, HEAD' })
    for (const path of ['/', '/metrics/', '/constructor', '/__proto__'])
      expect((await ask(url + path)).status).toBe(404)
  })
})

/** All that the server says to these bytes, until it hangs up. */
function says(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
    socket
      .on('data', (data) => (said += data))
      .on('close', () => resolve(said))
      .on('error', reject)
  })
}

test('a request without an end, and one that is none, are hung up on', async () => {
  const { url } = await opened({}, { patienceMs: 100 })
  expect(await says(url, `GET /healthz HTTP/1.1\r\nx: ${'y'.repeat(9_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 4/)
  expect(await says(url, 'EHLO\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
  expect(await says(url, 'GET /healthz HTTP/1.1\r\n')).toMatch(/^HTTP\/1.1 4|^$/)
})

/** So many connections that say this and no more. */
async function held(url: string, many: number, bytes: string): Promise<void> {
  const port = Number(new URL(url).port)
  const sockets = Array.from({ length: many }, () => connect(port, '127.0.0.1').on('error', () => {}))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  const opened = sockets.map(
    (socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve)),
  )
  await Promise.all(opened)
  for (const socket of sockets) socket.write(bytes)
}

test.each([
  ['idle', ''],
  ['a request line that comes to no end', 'GET /healthz HTTP/1.1\r\nx: '],
  ['a form that comes to no end', 'POST /login HTTP/1.1\r\nhost: a\r\ncontent-length: 9000\r\n\r\nform='],
  ['answers that are not read', 'GET /endless HTTP/1.1\r\nhost: a\r\n\r\n'],
])('500 connections that are held open silence no health check: %s', async (_, bytes) => {
  const others = async (request: Request) => {
    if (request.method === 'POST') await request.text()
    return new Response(new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('x')) }))
  }
  const { url } = await opened({ others })
  await held(url, 500, bytes)
  for (let n = 0; n < 3; n += 1) {
    const reply = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(4_000) })
    expect([reply.status, await reply.text()]).toEqual([200, '{"status":"ok"}\n'])
  }
})

test('who is being answered keeps the connection while others are idle', async () => {
  const others = () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('x')) }))
  const { url } = await opened({ others })
  const stream = await fetch(`${url}/events`)
  const reader = stream.body?.getReader()
  await reader?.read()
  await held(url, 500, '')
  await ask(`${url}/healthz`)
  const next = reader?.read().then(
    () => 'over',
    () => 'over',
  )
  expect(await Promise.race([next, ask(`${url}/healthz`).then(() => 'goes on')])).toBe('goes on')
})

test("whoever is sent more than they read is hung up on: their places are others'", async () => {
  let left = false
  const others = () => {
    const endless = new ReadableStream({
      pull: (stream) => stream.enqueue(Buffer.alloc(1_000_000)),
      cancel: () => {
        left = true
      },
    })
    return new Response(endless)
  }
  const { url } = await opened({ others }, { silenceMs: 200 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.pause().write('GET /events HTTP/1.1\r\nhost: a\r\n\r\n')
  await expect.poll(() => left, { timeout: 5_000 }).toBe(true)
})

test('whoever is told something now and then is not', async () => {
  const others = () => {
    const bytes = new TextEncoder()
    let times = 0
    const pull = async (stream: ReadableStreamDefaultController) => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      times += 1
      stream.enqueue(bytes.encode(times < 8 ? ':\n\n' : 'told'))
      if (times === 8) stream.close()
    }
    return new Response(new ReadableStream({ pull }))
  }
  const { url } = await opened({ others }, { silenceMs: 200 })
  expect(await (await fetch(`${url}/events`)).text()).toMatch(/told$/)
})

test('a probe in HTTP/1.0, which names no host, is answered', async () => {
  const { url } = await opened()
  expect(await says(url, 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200/)
})

describe('where it cannot listen, it says why', () => {
  test('the port is taken', async () => {
    const { url } = await opened()
    const port = Number(new URL(url).port)
    const error = await opening({}, {}, port).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({
      code: 'SERVICE_REFUSED',
      problems: [{ path: 'service.port', found: `a port that another process has (127.0.0.1:${port})` }],
    })
  })

  test.each([
    ['192.0.2.1', 'an address that is not of this machine'],
    ['no.such.host.invalid', 'no.such.host.invalid'],
  ])('%s is nobody here', async (host, found) => {
    await expect(opening({ host })).rejects.toMatchObject({
      problems: [{ path: 'service.host', found: expect.stringContaining(found) }],
    })
  })
})
