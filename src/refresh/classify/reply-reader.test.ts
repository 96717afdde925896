import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inTier } from '../../../test/support/tier.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import { withoutRejections } from '../../domain/errors/without-rejection.ts'
import type { OpenedCall } from '../ports/calls.ts'
import type { Exchange, VendorRules } from '../ports/vendor.ts'
import { finish } from '../settle/settlement.ts'
import { mapper } from './mapping.ts'
import { ReplyReader } from './reply-reader.ts'

const TERMS = { per: 'match', credits: 3, minimum: 0 } as VendorRules['cost']
const BULK: VendorRules['bulk'] = {
  maxRecords: 10,
  maxBytes: null,
  key: null,
  request: () => ({ method: 'POST', path: '/' }),
  results: (body) => body,
}
const RULES: VendorRules = {
  name: 'v',
  single: { request: () => ({ method: 'GET', path: '/' }), data: (body) => body },
  bulk: BULK,
  async: null,
  outcome: null,
  outcomes: [],
  cost: TERMS,
  price: null,
  charged: null,
  remaining: null,
  balance: null,
  freeRepeat: null,
  idempotent: false,
  identity: '',
  onUnknown: 'retry',
  maxAttempts: 3,
  timeoutMs: 100,
  maxReplyBytes: { single: 1_000, bulk: 1_000 },
  unhealthyAfterMs: 1_000,
}
const call = (records: number): OpenedCall => ({
  n: 1,
  nonce: 'x',
  reservation: (3 * records) as Credits,
  openedAt: 0,
  items: Array.from({ length: records }, (_, at) => ({
    item: { seq: at + 1, key: `k${at}`, attempts: 0, selectedAt: null },
    row: { id: at },
    duplicates: [],
  })),
})
const reply = (text: string, status = 200): Exchange => ({ kind: 'reply', status, headers: {}, text, latencyMs: 1 })
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
/** Values of all kinds, as the store would have them. */
const encode = (values: object) => ({ values: JSON.parse(JSON.stringify(values)) })
const throwing = () => {
  throw Object.create(null)
}

function read(exchange: Exchange, records = 1, rules: Partial<VendorRules> = {}) {
  const map = mapper({ title: 'title', all: (data: never) => data }, encode)
  const parts = { map, clock: { now: () => 1_000 }, hide: (text: string) => text, keep: null }
  const reader = new ReplyReader({ ...parts, rules: { ...RULES, ...rules } })
  const opened = call(records)
  const made = reader.read(opened, exchange, reader.interpret(exchange), 0)
  return { made, opened }
}

describe('a reply that is nested too deep', () => {
  test('alone: it was paid for, and says why it is of no use', () => {
    const { made } = read(reply(nested(4_100)))
    expect(made.cost).toBe(3)
    expect(made.items[0]).toMatchObject({
      outcome: { kind: 'give-up', reason: "the reply's data is nested 4100 levels deep; at most 200 are read" },
      mapped: null,
      paid: true,
    })
  })

  test('in bulk: the part is lost and paid for, and the others are read', () => {
    const { made } = read(reply(`[{"data":{"title":"a"}},{"data":${nested(4_100)}},null]`), 3)
    expect(made.items.map(({ outcome, paid }) => [outcome.kind, paid])).toEqual([
      ['fresh', true],
      ['give-up', true],
      ['not-found', false],
    ])
    expect(made.cost).toBe(6)
  })

  test('beside the data: nobody looks at it', () => {
    const data = (body: unknown) => (body as { data: unknown }).data
    const { made } = read(reply(`{"data":{"title":"a"},"debug":${nested(4_100)}}`), 1, {
      single: { ...RULES.single!, data },
    })
    expect(made.items[0]).toMatchObject({ outcome: { kind: 'fresh' }, mapped: { kind: 'values' } })
  })
})

test('what the config answers may be shown, whatever it is', () => {
  const circle: Record<string, unknown> = { status: 'none' }
  circle.data = circle
  const { made } = read(reply('[]'), 2, { bulk: { ...BULK, results: () => [circle, { status: 1, data: 2n }] } })
  expect(made.items.map(({ paid, shown }) => [paid, shown])).toEqual([
    [true, expect.stringContaining('no JSON')],
    [true, expect.stringContaining('no JSON')],
  ])
})

test('a function of the config that fails later fails its record alone, and not the process', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  const before = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note)
  const later = () => Promise.reject(new Error('later')) as never
  const readBy = (text: string, records: number, rules: Partial<VendorRules>) =>
    read(reply(text), records, withoutRejections(rules)).made
  const made = readBy('{}', 1, { single: { ...RULES.single!, data: later } })
  readBy('[]', 2, { bulk: { ...BULK, results: later } })
  readBy('[{"data":{}}]', 1, { single: null, bulk: { ...BULK, key: later } })
  for (const name of ['outcome', 'charged', 'remaining', 'price'] as const) readBy('{}', 1, { [name]: later })
  readBy('{}', 1, { single: { ...RULES.single!, belongsTo: later } })
  await new Promise((resolve) => setTimeout(resolve, 10))
  process.removeAllListeners('unhandledRejection')
  for (const listener of before) process.on('unhandledRejection', listener)
  expect(made.items[0]).toMatchObject({ mapped: { kind: 'unusable', reason: 'the data is a promise' } })
  expect(unhandled).toEqual([])
})

describe('whatever a reply holds, and whatever the config makes of it', () => {
  const deep = fc.tuple(fc.constantFrom('[', '{"a":', '[{"data":'), fc.nat(6_000)).map(([open, times]) => {
    const close = open === '[' ? ']' : open === '{"a":' ? '}' : '}]'
    return `${open.repeat(times)}1${close.repeat(times)}`
  })
  const part = fc.oneof(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc
      .record({ key: fc.constantFrom(0, 1, 'k0', 'k1', '__proto__'), data: fc.jsonValue(), status: fc.integer() })
      .map((value) => JSON.stringify(value)),
    deep.map((json) => `{"data":${json}}`),
  )
  const text = fc.oneof(
    fc.string(),
    deep,
    part,
    fc.array(part, { maxLength: 3 }).map((parts) => `[${parts.join()}]`),
  )
  const answer = fc.oneof(
    fc.constant(undefined),
    fc.constant('throws'),
    fc.anything({ withBigInt: true, withNullPrototype: true }),
  )

  test('reading it never throws, every record has an end, and every 2xx has its price', () => {
    const property = fc.property(
      fc.record({
        text,
        status: fc.constantFrom(200, 200, 201, 404, 422, 500),
        records: fc.integer({ min: 1, max: 3 }),
        answer,
      }),
      fc.subarray(['data', 'results', 'outcome', 'price', 'charged', 'key'] as const),
      (now, own) => {
        const says = () => (now.answer === 'throws' ? throwing() : now.answer) as never
        const has = (name: (typeof own)[number]) => own.includes(name)
        const { made, opened } = read(reply(now.text, now.status), now.records, {
          single: { ...RULES.single!, ...(has('data') ? { data: says } : {}) },
          bulk: { ...BULK, ...(has('results') ? { results: says } : {}), ...(has('key') ? { key: says } : {}) },
          outcome: has('outcome') ? says : null,
          price: has('price') ? says : null,
          charged: has('charged') ? says : null,
        })
        expect(made.items).toHaveLength(now.records)
        expect(Number.isInteger(made.cost) && made.cost >= 0).toBe(true)
        const useless = made.items.filter(
          ({ mapped, outcome }) => outcome.kind === 'fresh' && mapped?.kind !== 'values',
        )
        expect(useless.every(({ mapped, paid }) => mapped?.kind === 'unusable' && (paid || made.cost === 0))).toBe(true)
        const ends = made.items.map(({ outcome }) => ({ kind: 'end', end: 'failed', reason: outcome.reason }) as const)
        const finished = finish(opened, made, ends, { notFoundMs: 1, failedMs: 1 })
        expect(() => structuredClone(finished)).not.toThrow()
        expect(() => JSON.stringify(finished)).not.toThrow()
      },
    )
    fc.assert(property, { numRuns: inTier(200, 2_000) })
  })
})
