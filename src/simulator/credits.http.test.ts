import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../test/support/simulator/manual-clock.ts'
import {
  bulk,
  control,
  enrich,
  enrichOnce,
  request,
  until,
  VendorsUnderTest,
} from '../../test/support/simulator/vendor-under-test.ts'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

describe('what is charged', () => {
  test.each([
    ['call', 1],
    ['record', 1],
    ['match', 0],
  ] as const)('a miss per %s costs %d', async (per, charged) => {
    const vendor = await vendors.start({ cost: { per, credits: 1 }, matchRate: 0 })
    const seen = await enrich(vendor, 'a')
    expect([seen.status, seen.headers['x-credits-charged']]).toEqual([404, String(charged)])
    expect(vendor.bill.totals().lookupCredits).toBe(charged)
  })

  test.each([
    ['call', 0.5, ['a', 'b', 'c']],
    ['record', 1.5, ['a', 'b', 'c']],
    ['match', 1, ['a', 'c']],
  ] as const)('a bulk call of three with one miss, per %s, costs %d', async (per, credits, records) => {
    const vendor = await vendors.start({ cost: { per, credits: 0.5 }, misses: (key) => key === 'b' })
    await bulk(vendor, ['a', 'b', 'c'])
    expect(vendor.bill.entries()).toMatchObject([{ credits, records }])
  })

  test('decimal costs add up exactly, to the last one', async () => {
    const vendor = await vendors.start({ cost: { per: 'match', credits: 0.1 }, allotment: 1 })
    const statuses: number[] = []
    for (let i = 0; i < 11; i++) statuses.push((await enrich(vendor, `p${i}`)).status)
    expect(statuses).toEqual([...new Array(10).fill(200), 402])
    expect(vendor.bill.totals().lookupCredits).toBe(1)
    expect(vendor.account.remaining).toBe(0)
  })

  test('many at once are never charged more than there is', async () => {
    const vendor = await vendors.start({
      cost: { per: 'match', credits: 0.3 },
      allotment: 10,
      latencyMs: { min: 0, max: 5 },
    })
    const seen = await Promise.all(Array.from({ length: 60 }, (_, i) => enrich(vendor, `p${i}`)))
    expect(seen.filter(({ status }) => status === 200)).toHaveLength(33)
    expect(vendor.account.remaining).toBe(0.1)
    expect(vendor.stats.outOfCredits).toBe(27)
  })

  test('the charge is taken before the latency, or after it', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, latencyMs: 1_000 })
    const early = enrich(vendor, 'early')
    await until(() => vendor.bill.totals().charges === 1)
    vendor.behave({ chargeAt: 'reply' })
    const late = enrich(vendor, 'late')
    await until(() => vendor.stats.concurrent === 2)
    expect(vendor.bill.totals().charges).toBe(1)
    clock.advance(1_000)
    expect([(await early).status, (await late).status]).toEqual([200, 200])
    expect(vendor.bill.totals().charges).toBe(2)
  })

  test('a call is on the bill under its idempotency key, honoured or not, or under a name of its own', async () => {
    const vendor = await vendors.start({ idempotency: false })
    await enrichOnce(vendor, 'a', 'key-1')
    await enrich(vendor, 'a')
    expect(vendor.bill.entries()).toMatchObject([{ callId: 'key-1', idempotencyKey: 'key-1' }, { callId: 'call-2' }])
  })
})

describe('out of credits', () => {
  test('is a 402 that charges nothing and leaves what is left', async () => {
    const vendor = await vendors.start({ cost: { per: 'call', credits: 2 }, remaining: 1.5 })
    const seen = await enrich(vendor, 'a')
    expect(seen).toMatchObject({ status: 402, json: { error: 'out_of_credits' } })
    expect(seen.headers).toMatchObject({ 'x-credits-charged': '0', 'x-credits-remaining': '1.5' })
    expect(vendor.bill.entries()).toEqual([])
  })

  test('may be said by another status and body', async () => {
    const body = { errors: [{ code: 'PFAPI0011' }] }
    const vendor = await vendors.start({ remaining: 0, outOfCredits: { status: 400, body } })
    expect(await enrich(vendor, 'a')).toMatchObject({ status: 400, json: body })
  })

  test('a miss per match is still answered, for it costs nothing', async () => {
    const vendor = await vendors.start({ remaining: 0, matchRate: 0 })
    expect((await enrich(vendor, 'a')).status).toBe(404)
  })

  test('is seen at the reply, where the charge is taken then', async () => {
    const vendor = await vendors.start({ remaining: 1, chargeAt: 'reply', latencyMs: 5 })
    const seen = await Promise.all([enrich(vendor, 'a'), enrich(vendor, 'b')])
    expect(seen.map(({ status }) => status).sort()).toEqual([200, 402])
  })

  test('a bulk call that costs too much is refused whole, or served as far as the credits go', async () => {
    const vendor = await vendors.start({ remaining: 2, misses: (key) => key === 'b' })
    expect((await bulk(vendor, ['a', 'b', 'c', 'd'])).status).toBe(402)
    expect(vendor.account.remaining).toBe(2)
    vendor.behave({ bulkShortfall: 'partial' })
    const statuses = (await bulk(vendor, ['a', 'b', 'c', 'd'])).json.map((item: { status: number }) => item.status)
    expect(statuses).toEqual([200, 404, 200, 402])
    expect(vendor.bill.entries()).toMatchObject([{ records: ['a', 'c'], credits: 2, remaining: 0 }])
  })
})

describe('the credit headers', () => {
  test('can be switched off one by one', async () => {
    const vendor = await vendors.start({ creditHeaders: { charged: false } })
    expect(Object.keys((await enrich(vendor, 'a')).headers)).not.toContain('x-credits-charged')
    vendor.behave({ creditHeaders: { charged: true, remaining: false } })
    const { headers } = await enrich(vendor, 'a')
    expect([headers['x-credits-charged'], headers['x-credits-remaining']]).toEqual(['1', undefined])
  })

  test.each([
    ['missing', undefined],
    ['negative', '-100'],
    ['absurd', '1000000000000000'],
    ['text', 'abc'],
    ['stale', '100'],
  ] as const)('a balance can be %s', async (as, told) => {
    const vendor = await vendors.start({ allotment: 100, faults: { lyingBalance: { as, next: 1 } } })
    expect((await enrich(vendor, 'a')).headers['x-credits-remaining']).toBe(told)
    expect((await enrich(vendor, 'b')).headers['x-credits-remaining']).toBe('98')
  })

  test('a stale balance lags by so many entries', async () => {
    const vendor = await vendors.start({
      allotment: 100,
      faults: { lyingBalance: { as: 'stale', staleBy: 3, on: 'both' } },
    })
    const told: string[] = []
    for (let i = 0; i < 6; i++) told.push((await enrich(vendor, `p${i}`)).headers['x-credits-remaining'] ?? '')
    expect(told).toEqual(['100', '100', '100', '99', '98', '97'])
    expect((await request(vendor, '/v1/account')).json.credits.remaining).toBe(97)
  })

  test('the account can lie while the headers do not', async () => {
    const vendor = await vendors.start({ allotment: 9, faults: { lyingBalance: { as: 'missing', on: 'account' } } })
    expect((await request(vendor, '/v1/account')).json.credits).toEqual({ allotment: 9 })
    expect((await enrich(vendor, 'a')).headers['x-credits-remaining']).toBe('8')
  })

  test('the charge can be a lie too, and the bill stays true', async () => {
    const vendor = await vendors.start({ faults: { lyingCharge: { as: 'absurd', keys: ['a'] } } })
    expect((await enrich(vendor, 'a')).headers['x-credits-charged']).toBe('1000000000000000')
    expect((await enrich(vendor, 'b')).headers['x-credits-charged']).toBe('1')
    expect(vendor.bill.totals().lookupCredits).toBe(2)
  })
})

describe('what else moves the account', () => {
  test('somebody else spends by the clock, until nothing is left', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, allotment: 10, outside: { credits: 4, everyMs: 1_000 } })
    clock.advance(2_000)
    expect(vendor.account.remaining).toBe(2)
    clock.advance(10_000)
    expect(vendor.bill.entries().map(({ kind, credits }) => [kind, credits])).toEqual([
      ['outside', 4],
      ['outside', 4],
      ['outside', 2],
    ])
    vendor.behave({ outside: null })
    expect(clock.pending).toBe(0)
  })

  test('somebody else spends with every so many calls of ours', async () => {
    const vendor = await vendors.start({ allotment: 100, outside: { credits: 10, everyCalls: 2 } })
    for (let i = 0; i < 5; i++) await enrich(vendor, `p${i}`)
    expect(vendor.account.remaining).toBe(75)
    expect(vendor.bill.totals()).toMatchObject({ lookupCredits: 5, outsideCredits: 20 })
  })

  test('spending, top-ups and resets by hand are on the bill', async () => {
    const vendor = await vendors.start({ allotment: 10 })
    expect(vendor.spendOutside(3.25, 'a colleague')).toBe(3.25)
    vendor.topUp(1)
    vendor.reset()
    expect(vendor.bill.entries()).toMatchObject([
      { kind: 'outside', credits: 3.25, remaining: 6.75, note: 'a colleague' },
      { kind: 'topup', credits: 1, remaining: 7.75 },
      { kind: 'reset', credits: 7.75, remaining: 10 },
    ])
  })

  test('at its reset the account goes back to the allotment, in the middle of everything', async () => {
    const clock = new ManualClock(0)
    const vendor = await vendors.start({ clock, allotment: 10, remaining: 1, resetAt: 60_000 })
    expect([(await enrich(vendor, 'a')).status, (await enrich(vendor, 'b')).status]).toEqual([200, 402])
    clock.advance(60_000)
    expect((await enrich(vendor, 'b')).headers['x-credits-remaining']).toBe('9')
    expect((await control(vendor, 'GET', 'bill')).json.entries).toMatchObject([
      { kind: 'lookup', at: 0 },
      { kind: 'reset', credits: 0, at: 60_000 },
      { kind: 'lookup' },
    ])
  })

  test('another allotment counts from the next reset on', async () => {
    const clock = new ManualClock(0)
    const vendor = await vendors.start({ clock, allotment: 10, resetAt: 1_000 })
    vendor.behave({ allotment: 20 })
    expect(vendor.account).toMatchObject({ remaining: 10, resetAt: 1_000 })
    clock.advance(1_000)
    expect(vendor.account).toMatchObject({ remaining: 20, resetAt: null })
    vendor.behave({ perSecond: 5, allotment: 30 })
    expect(vendor.account).toMatchObject({ remaining: 20, resetAt: null })
  })

  test('a reset that is due is on the bill for whoever asks for the bill first', async () => {
    const clock = new ManualClock(0)
    const vendor = await vendors.start({ clock, resetAt: 1_000 })
    const other = await vendors.start({ clock, resetAt: 1_000 })
    clock.advance(1_000)
    expect((await control(vendor, 'GET', 'bill')).json.entries).toMatchObject([{ kind: 'reset', at: 1_000 }])
    expect(other.bill.entries()).toMatchObject([{ kind: 'reset', at: 1_000 }])
  })
})
