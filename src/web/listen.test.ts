import { get, type IncomingMessage, request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { cookieOf, dashboardOver, formTokenOf } from '../../test/support/dashboard/dashboard-under-test.ts'
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
  const page = await fetch(`${url}/runs/20261130-aa/pause`, { headers: { accept: 'text/html' } })
  const headers = { origin: url, cookie: cookieOf(page) }
  const pieces = ['form=', formTokenOf(await page.text())]
  expect(await sentInPieces(`${url}/runs/20261130-aa/pause`, headers, pieces)).toBe(303)
  expect(await sentInPieces(`${url}/runs/20261130-aa/stop`, headers, [...pieces, '&x=', 'x'.repeat(20_000)])).toBe(413)
  expect(done.map(([what]) => what)).toEqual(['pause'])
})
