import { createServer, get, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { cookieByKey, cookieOf, dashboardOver, formTokenOf } from '../../test/support/dashboard/dashboard-under-test.ts'
import { listen } from './listen.ts'

async function serving(over: Partial<Parameters<typeof dashboardOver>[0]> = {}) {
  const made = dashboardOver(over)
  const { url, close } = await listen(made.app.fetch, { port: 0, host: '127.0.0.1' })
  onTestFinished(() => {
    made.close()
    return close()
  })
  return { ...made, url }
}

function asked(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, resolve).on('error', reject)
  })
}

test('a browser that goes away is no longer told, and nothing is looked at for it', async () => {
  const { url, watchers } = await serving()
  const answers = await Promise.all([asked(`${url}/events`), asked(`${url}/events`)])
  await expect.poll(() => watchers.viewers).toBe(2)
  for (const answer of answers) answer.destroy()
  await expect.poll(() => watchers.viewers).toBe(0)
})

test('a stream that is over is ended for the browser too', async () => {
  const { url, close } = await serving()
  const answer = await asked(`${url}/events`)
  const ended = new Promise<string>((resolve) => {
    answer.resume().once('end', () => resolve('ended'))
  })
  close()
  expect(await ended).toBe('ended')
})

test("the process's own Request and Response stay what they are", async () => {
  const own = [Request, Response]
  const { url } = await serving()
  expect((await asked(url)).statusCode).toBe(200)
  expect([Request, Response]).toEqual(own)
})

test.each(['evil.example', 'a b', '127.0.0.1:1@evil.example'])(
  'a request for the host "%s" is refused',
  async (host) => {
    const { url } = await serving()
    expect([400, 421]).toContain((await asked(url, { host })).statusCode)
  },
)

/** Sends a form in pieces, without its length. */
function sentInPieces(url: string, headers: Record<string, string>, pieces: readonly string[]) {
  return new Promise<number | undefined>((resolve, reject) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers }
    const sending = request(url, { method: 'POST', headers: form }, (answer) => resolve(answer.resume().statusCode))
    sending.on('error', reject)
    for (const piece of pieces) sending.write(piece)
    sending.end()
  })
}

test('a form that comes in pieces is read, and is held to its size', async () => {
  const { url, done } = await serving()
  const cookie = await cookieByKey((path) => fetch(url + path, { redirect: 'manual' }))
  const page = await fetch(`${url}/runs/20261130-aa/pause`, { headers: { accept: 'text/html', cookie } })
  const headers = { origin: url, cookie }
  const pieces = ['form=', formTokenOf(await page.text())]
  expect(await sentInPieces(`${url}/runs/20261130-aa/pause`, headers, pieces)).toBe(303)
  expect(await sentInPieces(`${url}/runs/20261130-aa/stop`, headers, [...pieces, '&x=', 'x'.repeat(20_000)])).toBe(413)
  expect(done.map(([what]) => what)).toEqual(['pause'])
})

test('through a proxy that leaves no sign of itself, others see, and do nothing', async () => {
  const { url, done } = await serving()
  const proxy = createServer((incoming, answer) => {
    const headers = { ...incoming.headers, host: new URL(url).host }
    const passed = request(url + incoming.url, { method: incoming.method, headers }, (found) => {
      answer.writeHead(found.statusCode ?? 500, found.headers)
      found.pipe(answer)
    })
    incoming.pipe(passed)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void proxy.close())
  await expect.poll(() => proxy.listening).toBe(true)
  const through = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  for (const path of ['/runs/20261130-aa/pause', '/login']) {
    const page = await fetch(through + path, { headers: { accept: 'text/html' } })
    const headers = { origin: url, cookie: cookieOf(page) }
    const fields = [`form=${formTokenOf(await page.text())}`]
    expect(await sentInPieces(`${through}/runs/20261130-aa/pause`, headers, fields)).toBe(403)
  }
  expect(done).toEqual([])
  expect((await fetch(`${through}/runs`)).status).toBe(200)
})

test('nginx speaks HTTP/1.0 to what it stands before, and no browser does', async () => {
  const { url } = await serving()
  const said = await new Promise<string>((resolve, reject) => {
    const { host, port } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(`GET / HTTP/1.0\r\nhost: ${host}\r\n\r\n`))
    let text = ''
    socket
      .on('data', (data) => (text += data))
      .on('close', () => resolve(text))
      .on('error', reject)
  })
  expect(said).toMatch(/^HTTP\/1.1 403[\s\S]*service.token/)
})
