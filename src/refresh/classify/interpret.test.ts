import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inTier } from '../../../test/support/tier.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import type { Exchange, VendorRules } from '../ports/vendor.ts'
import { excerpt, interpret, parseJson } from './interpret.ts'

const CREDIT = 1_000_000

function rules(own: Partial<VendorRules> = {}): VendorRules {
  const cost = { per: 'match', credits: CREDIT as Credits, minimum: 0 as Credits } as const
  return {
    cost,
    outcome: null,
    outcomes: [],
    charged: null,
    remaining: null,
    balance: null,
    idempotent: false,
    ...own,
  } as VendorRules
}

function reply(status: number, text = '{}', headers: Record<string, string> = {}): Exchange {
  return { kind: 'reply', status, headers, text, latencyMs: 1 }
}
const lost = (status: number | null): Exchange => ({ kind: 'lost', reason: 'reset', status, latencyMs: 1 })
const NOW = 0

describe('a reply', () => {
  test('means what its status says, where the vendor has no rule of its own', () => {
    expect(interpret(reply(200, '{"a":1}'), rules(), NOW)).toMatchObject({
      outcome: { kind: 'fresh' },
      charge: null,
      body: { a: 1 },
      unreadable: false,
    })
    expect(interpret(reply(404), rules(), NOW)).toMatchObject({ outcome: { kind: 'not-found' } })
    expect(interpret(reply(429, '', { 'retry-after': '3' }), rules(), NOW)).toMatchObject({
      outcome: { kind: 'throttled', retryAfterMs: 3_000 },
      body: '',
    })
    expect(interpret(reply(503, '', { 'retry-after': '3' }), rules(), NOW).outcome.kind).toBe('throttled')
    expect(interpret(reply(503), rules(), NOW).outcome.kind).toBe('try-again')
  })

  test("means what the vendor's rule says; the status where the rule says nothing", () => {
    const outcome = ({ body }: { body: unknown }) =>
      (body as { found?: boolean }).found === false ? 'not-found' : undefined
    expect(interpret(reply(200, '{"found":false}'), rules({ outcome }), NOW)).toMatchObject({
      outcome: { kind: 'not-found' },
    })
    expect(interpret(reply(200, '{}'), rules({ outcome }), NOW).outcome.kind).toBe('fresh')
    expect(() => interpret(reply(200), rules({ outcome: () => 'unknown' }), NOW)).toThrow(/allowed: fresh/)
    expect(() => interpret(reply(200), rules({ outcome: () => 'nonsense' }), NOW)).toThrow('nonsense')
  })

  test("means what the vendor's table says, after its rule and before the status", () => {
    const line = { statuses: [400], code: 'E7', at: null, header: null, is: 'credits-exhausted' } as const
    const outcome = ({ status }: { status: number }) => (status === 418 ? 'throttled' : undefined)
    const table = rules({ outcome, outcomes: [line, { ...line, statuses: [418], code: null }] })
    expect(interpret(reply(400, '{"code":"E7"}'), table, NOW).outcome.kind).toBe('credits-exhausted')
    expect(interpret(reply(400, '{"code":"E8"}'), table, NOW).outcome.kind).toBe('give-up')
    expect(interpret(reply(418), table, NOW).outcome.kind).toBe('throttled')
  })

  test('that is paid for and no JSON is given up and costs its credit', () => {
    const read = interpret(reply(200, '<html>'), rules(), NOW)
    expect(read).toMatchObject({ outcome: { kind: 'give-up' }, unreadable: true, body: '<html>' })
    expect(read.outcome.reason).toContain('<html>')
  })

  test.each([
    ['{"id":9007199254740993,"n":9007199254740991}', { id: '9007199254740993', n: 9007199254740991 }],
    ['[-12345678901234567890, 1e30, 12345678901234567.5]', ['-12345678901234567890', 1e30, 12345678901234568]],
    [
      '{"a":"x: 12345678901234567890 \\" , 12345678901234567890"}',
      { a: 'x: 12345678901234567890 " , 12345678901234567890' },
    ],
    [' 12345678901234567890', '12345678901234567890'],
  ])('keeps every digit of %s', (text, body) => {
    expect(interpret(reply(200, text), rules(), NOW).body).toEqual(body)
  })

  test('with a long number beside a text of escapes is read in time', () => {
    const text = `{"id":12345678901234567890,"text":"${'\\\\'.repeat(4_000_000)}"}`
    const startedAt = performance.now()
    expect(interpret(reply(200, text), rules(), NOW).body).toMatchObject({ id: '12345678901234567890' })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  test('whose JSON is null is JSON', () => {
    expect(interpret(reply(200, 'null'), rules(), NOW)).toMatchObject({ outcome: { kind: 'fresh' }, unreadable: false })
  })
})

describe('what the vendor says of credits', () => {
  const said = {
    charged: ({ headers }: { headers: Readonly<Record<string, unknown>> }) => headers.c,
    remaining: ({ headers }: { headers: Readonly<Record<string, unknown>> }) => headers.r,
  }

  test('counts where it can be believed', () => {
    expect(interpret(reply(200, '{}', { c: '0.5', r: '12' }), rules(said), NOW)).toMatchObject({
      charge: CREDIT / 2,
      balance: 12 * CREDIT,
      ignored: null,
    })
    expect(interpret(reply(404, '{}', { c: '1', r: '0' }), rules(said), NOW)).toMatchObject({
      charge: CREDIT,
      balance: 0,
    })
  })

  test.each(['-1', 'many', '', ' ', 'NaN', '1e99'])('%j is not believed, and said so', (nonsense) => {
    const read = interpret(reply(200, '{}', { c: nonsense, r: nonsense }), rules(said), NOW)
    expect(read).toMatchObject({ charge: null, balance: null })
    expect(read.ignored).not.toBeNull()
  })

  test('a rule that throws says nothing', () => {
    const remaining = () => {
      throw new Error('oh')
    }
    expect(interpret(reply(200), rules({ remaining }), NOW)).toMatchObject({
      balance: null,
      ignored: expect.stringContaining('oh'),
    })
  })

  test('nothing in an error is no news', () => {
    expect(interpret(reply(500), rules(said), NOW)).toMatchObject({ charge: null, balance: null, ignored: null })
  })
})

describe('no whole reply', () => {
  test('is to be tried again for nothing, where it was never sent', () => {
    expect(interpret({ kind: 'not-sent', reason: 'refused', latencyMs: 1 }, rules(), NOW)).toMatchObject({
      outcome: { kind: 'try-again' },
      unreadable: false,
    })
  })

  test.each([
    [null, false, 'unknown', false],
    [500, false, 'unknown', false],
    [200, true, 'unknown', false],
    [200, false, 'give-up', true],
  ] as const)('status %j, with a key %s: %s, paid for and not to be read: %s', (status, idempotent, kind, unreadable) =>
    expect(interpret(lost(status), rules({ idempotent }), NOW)).toMatchObject({ outcome: { kind }, unreadable }),
  )
})

test('whatever comes, a reply is never read as free money: a charge is a whole amount, not negative', () => {
  const property = fc.property(fc.integer({ min: 100, max: 599 }), fc.string(), fc.anything(), (status, text, said) => {
    const read = interpret(reply(status, text), rules({ charged: () => said, remaining: () => said }), NOW)
    expect(read.charge === null || (Number.isSafeInteger(read.charge) && read.charge >= 0)).toBe(true)
    expect(read.balance === null || read.balance >= 0).toBe(true)
  })
  fc.assert(property, { numRuns: inTier(100, 1_000) })
})

test('an excerpt is one line, and short', () => {
  expect(excerpt(' a\n\tb ')).toBe('"a b"')
  expect(excerpt('x'.repeat(500)).length).toBeLessThan(130)
  expect(parseJson('{')).toBeUndefined()
})
