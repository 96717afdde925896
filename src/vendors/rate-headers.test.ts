import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inTier } from '../../test/support/tier.ts'
import type { Headers } from '../refresh/ports/vendor.ts'
import { meaningOf } from './rate-header-names.ts'
import { rateHeaderReader } from './rate-headers.ts'
import { FARTHEST_MS } from './reset-time.ts'

const NOW = Date.UTC(2026, 10, 30, 12)
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000]

/** Each limit as [limit, remaining, ms until the reset, window]. */
function read(headers: Headers) {
  const quotas = rateHeaderReader()(headers, NOW)
  return quotas.map((q) => [q.limit, q.remaining, q.resetAt === null ? null : q.resetAt - NOW, q.windowMs])
}

describe('the IETF fields', () => {
  test.each<[string, Headers, unknown]>([
    ['alone', { ratelimit: '"default";r=50;t=30' }, [[null, 50, 30 * SECOND, null]]],
    ['as a token', { ratelimit: 'default;r=50;t=30' }, [[null, 50, 30 * SECOND, null]]],
    [
      'with policies, by name',
      {
        ratelimit: '"burst";r=4;t=9, "daily";r=900;t=4000',
        'ratelimit-policy': '"daily";q=1000;w=86400, "burst";q=100;w=60;pk=:cHsdsRa894==:',
      },
      [
        [100, 4, 9 * SECOND, MINUTE],
        [1_000, 900, 4_000 * SECOND, DAY],
      ],
    ],
    ['without a reset', { ratelimit: '"a";r=3' }, [[null, 3, null, null]]],
    [
      'with separators in a name',
      { ratelimit: '"a,;=\\"b";r=1;t=2', 'ratelimit-policy': '"a,;=\\"b";q=5;w=1' },
      [[5, 1, 2 * SECOND, SECOND]],
    ],
    ['of bytes, which are no calls', { ratelimit: '"b";r=0', 'ratelimit-policy': '"b";q=9;qu="content-bytes"' }, []],
    ['one part malformed', { ratelimit: '"a";r=x;t=1, "b";r=-1, ;;, "c";r=2;t=soon' }, [[null, 2, null, null]]],
    [
      'of draft 7',
      { ratelimit: 'limit=100, remaining=50, reset=5', 'ratelimit-policy': '100;w=60' },
      [[100, 50, 5 * SECOND, MINUTE]],
    ],
    [
      'of draft 7, the policy with that limit',
      { ratelimit: 'limit=10, remaining=0, reset=1', 'ratelimit-policy': '1000;w=3600, 10;w=1;comment="a, b"' },
      [[10, 0, SECOND, SECOND]],
    ],
    [
      'of draft 6',
      { 'ratelimit-limit': '100', 'ratelimit-remaining': '7', 'ratelimit-reset': '50', 'ratelimit-policy': '100;w=60' },
      [[100, 7, 50 * SECOND, MINUTE]],
    ],
    ['of draft 3', { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '7' }, [[100, 7, null, null]]],
  ])('%s', (_, headers, expected) => expect(read(headers)).toEqual(expected))
})

describe('the x- headers', () => {
  test.each(['x-ratelimit', 'x-rate-limit', 'ratelimit', 'rate-limit'])('%s-limit, -remaining, -reset', (prefix) => {
    const headers = { [`${prefix}-limit`]: '60', [`${prefix}-remaining`]: '0', [`${prefix}-reset`]: '12.5' }
    expect(read(headers)).toEqual([[60, 0, 12_500, null]])
  })

  test('with the window at the end, or in the middle', () => {
    const minute = {
      'x-ratelimit-limit-minute': '60',
      'x-ratelimit-remaining-minute': '3',
      'x-ratelimit-reset-minute': '9',
    }
    const day = { 'x-ratelimit-day-limit': '500', 'x-ratelimit-day-remaining': '400' }
    expect(read({ ...minute, ...day })).toEqual([
      [60, 3, 9 * SECOND, MINUTE],
      [500, 400, null, DAY],
    ])
  })

  test("Apollo's", () => {
    const headers = {
      'x-rate-limit-minute': '200',
      'x-minute-requests-left': '199',
      'x-minute-usage': '1',
      'x-rate-limit-hourly': '6000',
      'x-hourly-requests-left': '5000',
      'x-rate-limit-24-hour': '50000',
      'x-24-hour-requests-left': '0',
    }
    expect(read(headers)).toEqual([
      [200, 199, null, MINUTE],
      [6_000, 5_000, null, HOUR],
      [50_000, 0, null, DAY],
    ])
  })

  test("People Data Labs': objects in single quotes, and one reset for the shortest window that it fits", () => {
    const headers = {
      'x-ratelimit-limit': "{'minute': 100, 'day': 1000, 'fortnight': 7}",
      'x-ratelimit-remaining': "{'day': 4, 'minute': 99, 'hour': 'many'}",
      'x-ratelimit-reset': '2026-11-30T12:00:40.5+00:00',
    }
    expect(read(headers)).toEqual([
      [100, 99, 40_500, MINUTE],
      [1_000, 4, null, DAY],
    ])
    expect(read({ ...headers, 'x-ratelimit-reset': '2026-11-30T16:00:00' })[1]).toEqual([1_000, 4, 4 * HOUR, DAY])
  })

  test.each<[string, Headers]>([
    ['tokens are no calls', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-limit-tokens': '9' }],
    ['a reset alone says nothing', { 'x-ratelimit-reset': '30' }],
    ['a limit of nothing is none', { 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0' }],
    ['a month counts credits', { ratelimit: '"m";r=0;t=9', 'ratelimit-policy': '"m";q=5;w=2592000' }],
    ['negative, absurd, or no figures', { 'x-ratelimit-remaining': '-1', 'x-ratelimit-limit': '1e9', ratelimit: '{}' }],
    ['not JSON', { 'x-ratelimit-remaining': "{'minute': }", 'x-ratelimit-limit': '{' }],
    ['too long to be meant', { 'x-ratelimit-remaining': `1${' '.repeat(3_000)}` }],
    ['nothing there', { date: 'Mon, 30 Nov 2026 12:00:00 GMT', 'content-type': 'application/json' }],
  ])('%s', (_, headers) => expect(read(headers)).toEqual([]))

  test('a reset that the window cannot have is not believed; the rest is', () => {
    expect(read({ 'x-ratelimit-remaining-minute': '0', 'x-ratelimit-reset-minute': '36000' })).toEqual([
      [null, 0, null, MINUTE],
    ])
  })

  test("an instant is meant by the vendor's clock, where that is seconds away from ours", () => {
    const reset = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String((NOW + 5 * MINUTE + 30 * SECOND) / 1_000),
    }
    const fast = new Date(NOW + 5 * MINUTE).toUTCString()
    expect(read({ ...reset, date: fast })).toEqual([[null, 0, 30 * SECOND, null]])
    expect(read({ ...reset, date: 'yesterday' })).toEqual([[null, 0, 5 * MINUTE + 30 * SECOND, null]])
  })
})

describe('whatever a vendor sends', () => {
  const names = fc.oneof(
    fc.constantFrom('ratelimit', 'ratelimit-policy', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'),
    fc.constantFrom('x-ratelimit-reset-minute', 'x-minute-requests-left', 'x-rate-limit-hourly', 'ratelimit-remaining'),
    fc.stringMatching(/^(x-)?rate-?limit-[a-z0-9-]{0,70}$/),
  )
  const near = fc.double({ min: -1e15, max: 1e15 }).map(String)
  const texts = fc.oneof(
    fc.string({ maxLength: 3_000 }),
    fc
      .array(fc.constantFrom('"', ';', ',', '=', '\\', 'r', 't', 'q', 'w', '0', '7', '-', '.', "'", '{', '}', ':', ' '))
      .map((c) => c.join('')),
    fc.date().map((at) => (Number.isNaN(at.getTime()) ? 'NaN' : at.toISOString())),
    fc.nat().map(String),
    near,
    fc.tuple(fc.nat(), near).map(([r, t]) => `"a";r=${r};t=${t}`),
  )
  const replies = fc.dictionary(names, fc.oneof(texts, fc.array(texts)))

  test('the answer is sound: no NaN, nothing negative, nothing beyond the bound, nothing thrown', () => {
    const property = fc.property(replies, fc.nat({ max: 4e12 }), (headers, nowMs) => {
      for (const { limit, remaining, resetAt, windowMs } of rateHeaderReader()(headers, nowMs)) {
        for (const said of [limit, remaining, windowMs]) expect(said === null || said >= 0).toBe(true)
        expect(resetAt === null || (resetAt >= nowMs && resetAt <= nowMs + FARTHEST_MS)).toBe(true)
        expect(windowMs === null || windowMs <= FARTHEST_MS).toBe(true)
      }
    })
    fc.assert(property, { numRuns: inTier(200, 2_000) })
  })

  test('is read in no time, however long it is', () => {
    const long = ['"a";r=1,', ';', '"', '=', ' ', '1', '{', "'", 'x-', '\\"'].map((part) => part.repeat(100_000))
    const reader = rateHeaderReader()
    const began = performance.now()
    for (const text of long) {
      for (const cut of [text, text.slice(0, 2_000)]) {
        reader(
          {
            ratelimit: cut,
            'ratelimit-policy': cut,
            'x-ratelimit-remaining': cut,
            'x-ratelimit-reset': cut,
            date: cut,
          },
          NOW,
        )
      }
      meaningOf(`x-${text}-requests-left`)
    }
    expect(performance.now() - began).toBeLessThan(500)
  })
})
