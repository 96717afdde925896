import { afterEach, expect, test, vi } from 'vitest'
import type { Message } from './message.ts'
import { deliver, Notifier } from './notifier.ts'

afterEach(() => vi.unstubAllGlobals())

/** What a chat is sent. */
async function sent(message: string, more: Partial<Message> = {}, hide = (text: string) => text): Promise<unknown> {
  let body = ''
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    body = String(init.body)
    return new Response('ok')
  })
  const told = { type: 'run.failed', timestamp: '', message, data: null, ...more }
  const target = { url: 'https://hooks.slack.com/x', format: 'slack' } as const
  await deliver(told, target, { hide, clock: { now: () => 0, sleep: async () => {} } })
  return JSON.parse(body)
}

test('a vendor calls nobody, and puts no link and no markup into a chat', async () => {
  const hostile =
    '<!channel> <@U1> <https://evil.example|here> @all [x](https://evil.example/a) mailto:a@b.example \u202e'
  const { text, mrkdwn } = (await sent(hostile)) as { text: string; mrkdwn: boolean }
  expect(mrkdwn).toBe(false)
  expect(text).toContain('&lt;!channel&gt;')
  expect(text).not.toMatch(/[<>\u202e]|&(?!amp;|lt;|gt;)|https?:\/\/|evil\.example|@all|\]\(|mailto:a/)
  expect(text.replaceAll('\u2060', '')).toContain('https://evil.example')
})

test('the report stays a link, and what people read stays readable', async () => {
  const report = 'https://intranet.example/r?a=1&b=2'
  const message = `month-end (acme) is done: 9,412 of 9,500.5 credits · report: ${report}`
  expect(await sent(message, { report })).toMatchObject({ text: message.replace('&', '&amp;') })
})

test('a secret with an ampersand is hidden all the same', async () => {
  const hide = (text: string) => text.replaceAll('a&b.cdef', '(hidden)')
  expect(await sent('refused: a&b.cdef', {}, hide)).toMatchObject({ text: 'refused: (hidden)' })
})

test('a message is dated by the clock that is passed in', async () => {
  const stamps: (string | null)[] = []
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    stamps.push(new Headers(init.headers).get('webhook-timestamp'), JSON.parse(String(init.body)).timestamp)
    return new Response('ok')
  })
  const now = Date.parse('2026-11-30T22:00:00Z')
  const target = { url: 'https://example.com/hook', format: 'json', on: ['failed'] } as const
  const log = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
  const clock = { now: () => now, sleep: async () => {} }
  await new Notifier({ targets: [target], log, hide: (text) => text, clock }).broke('a run', new Error('x'))
  expect(stamps).toEqual([String(now / 1_000), '2026-11-30T22:00:00.000Z'])
})
