import { expect, test } from 'vitest'
import type { Exchange, VendorRules } from '../ports/vendor.ts'
import { type BalanceParts, openingBalance } from './opening-balance.ts'

/** Opens with an endpoint that always answers so; how long it took, and why it failed. */
async function opening(status: number, text: string) {
  const seen = { tries: 0, waitedMs: 0, why: '' }
  const reply: Exchange = { kind: 'reply', status, headers: {}, text, latencyMs: 1 }
  const balance = {
    request: { method: 'GET', path: '/account?key=s3cret' },
    statuses: [],
    shown: {
      url: 'https://x.example/account?key=(hidden)',
      hide: (said: string) => said.replaceAll('s3cret', '(hidden)'),
    },
    remaining: (body: unknown) => (body as { credits: { remaining: unknown } }).credits.remaining,
    asOf: null,
    purchased: null,
  }
  await openingBalance({
    rules: { balance, outcomes: [], outcome: null } as unknown as VendorRules,
    vendor: {
      send: () => {
        seen.tries += 1
        return Promise.resolve(reply)
      },
      close: () => {},
    },
    clock: {
      now: () => 0,
      monotonic: () => 0,
      sleep: async (ms: number) => {
        seen.waitedMs += ms
      },
    },
    cycle: { anchorDay: 1, timeZone: 'UTC' },
    log: { warn: () => {}, info: () => {} },
    signal: new AbortController().signal,
  } as unknown as BalanceParts).catch((error: Error) => {
    seen.why = error.message
  })
  return seen
}

const AT = 'https://x.example/account?key=(hidden)'

test.each([
  [404, '{"error":"no such path"}', `${AT}: status 404; the reply: "{"error":"no such path"}"`],
  [200, '<html>Sign in, s3cret</html>', `the reply: "<html>Sign in, (hidden)</html>"`],
  [200, '{"credit":{"remaining":7}}', `the reply: "{"credit":{"remaining":7}}"`],
  [200, '{"credits":{"remaining":"many"}}', `found "many"); the reply: `],
])('what cannot heal is told at once: %i %s', async (status, text, told) => {
  const { tries, waitedMs, why } = await opening(status, text)
  expect(why).toContain(AT)
  expect(why).toContain(told)
  expect([tries, waitedMs]).toEqual([2, 500])
})

test('refused credentials are told with what came back, and not tried again', async () => {
  const { tries, why } = await opening(403, 'key s3cret is suspended')
  expect(why).toContain(`${AT}: status 403; the reply: "key (hidden) is suspended"`)
  expect(tries).toBe(1)
})

test('an endpoint that is down is waited for', async () => {
  expect(await opening(502, 'Bad gateway')).toMatchObject({ tries: 6, waitedMs: 15_500 })
})
