import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/simulator/manual-clock.ts'
import {
  bulk,
  control,
  enrich,
  enrichAndLeave,
  request,
  until,
  VendorsUnderTest,
} from '../../../test/support/simulator/vendor-under-test.ts'
import type { SimulatedVendor } from '../vendor.ts'
import type { CallFaultName } from './faults.ts'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const chargeOf = (vendor: SimulatedVendor) => vendor.bill.totals().lookupCredits

async function expectHealthy(vendor: SimulatedVendor): Promise<void> {
  expect((await enrich(vendor, 'healthy')).status).toBe(200)
  await until(() => vendor.stats.concurrent === 0)
}

describe('a fault before the charge', () => {
  test.each([
    ['unauthorized', 401],
    ['forbidden', 403],
    ['badRequest', 400],
    ['unprocessable', 422],
    ['error429', 429],
    ['error500', 500],
    ['error503', 503],
  ] as const)('%s is a %d, says so in JSON and costs nothing', async (fault, status) => {
    const vendor = await vendors.start({ faults: { [fault]: { next: 1 } } })
    const seen = await enrich(vendor, 'a')
    expect([seen.status, seen.json.error, seen.headers['x-credits-charged']]).toEqual([status, fault, undefined])
    expect(chargeOf(vendor)).toBe(0)
    await expectHealthy(vendor)
  })

  test('resetBefore breaks the connection, and nothing was charged', async () => {
    const vendor = await vendors.start({ faults: { resetBefore: { next: 1 } } })
    expect((await enrich(vendor, 'a')).broken).toBe(true)
    expect([chargeOf(vendor), vendor.stats.chargedUnanswered]).toEqual([0, 0])
    await expectHealthy(vendor)
  })

  test('a 503 and a 429 can say when to come back', async () => {
    const faults = { error503: { next: 1, retryAfterMs: 2_500 }, error429: { next: 1, retryAfterMs: 1_000 } }
    const vendor = await vendors.start({ faults })
    const seen = [await enrich(vendor, 'a'), await enrich(vendor, 'a'), await enrich(vendor, 'a')]
    expect(seen.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
      [429, '1'],
      [503, '3'],
      [200, undefined],
    ])
  })
})

describe('a fault after the charge', () => {
  test('resetAfter breaks the connection of a call that was charged', async () => {
    const vendor = await vendors.start({ faults: { resetAfter: { next: 1 } } })
    expect((await enrich(vendor, 'a')).broken).toBe(true)
    expect([chargeOf(vendor), vendor.stats.chargedUnanswered]).toEqual([1, 1])
    await expectHealthy(vendor)
  })

  test('malformed is a 200 that is called JSON and is none', async () => {
    const vendor = await vendors.start({ faults: { malformed: { keys: ['a'] } } })
    const seen = await enrich(vendor, 'a')
    expect([seen.status, seen.json, seen.headers['x-credits-charged']]).toEqual([200, undefined, '1'])
    expect(seen.headers['content-type']).toContain('application/json')
    expect([chargeOf(vendor), vendor.stats.chargedUnanswered]).toEqual([1, 1])
    await expectHealthy(vendor)
  })

  test('truncated promises more than it sends', async () => {
    const vendor = await vendors.start({ faults: { truncated: { next: 1 } } })
    const response = await fetch(`${vendor.url}/v1/enrich?email=a`)
    expect([response.status, response.headers.get('x-credits-charged')]).toEqual([200, '1'])
    await expect(response.text()).rejects.toThrow()
    expect(chargeOf(vendor)).toBe(1)
    await expectHealthy(vendor)
  })

  test('html is a web page where JSON was wanted', async () => {
    const vendor = await vendors.start({ faults: { html: { next: 1 } } })
    const seen = await enrich(vendor, 'a')
    expect([seen.status, seen.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(seen.text).toContain('<!doctype html>')
    expect(chargeOf(vendor)).toBe(1)
    await expectHealthy(vendor)
  })

  test('emptyData is a 200 with nothing in it, in bulk too', async () => {
    const vendor = await vendors.start({ faults: { emptyData: { next: 2 } } })
    expect(await enrich(vendor, 'a')).toMatchObject({ status: 200, text: '{"data":{}}' })
    expect((await bulk(vendor, ['b', 'c'])).json).toEqual([
      { status: 200, data: {} },
      { status: 200, data: {} },
    ])
    expect(chargeOf(vendor)).toBe(3)
    await expectHealthy(vendor)
  })

  test.each(['malformed', 'truncated', 'html', 'emptyData'] satisfies CallFaultName[])(
    '%s is charged per match even where the key would miss',
    async (fault) => {
      const vendor = await vendors.start({ matchRate: 0, faults: { [fault]: {} } })
      await enrich(vendor, 'a')
      expect(chargeOf(vendor)).toBe(1)
    },
  )
})

describe('a call that hangs', () => {
  test.each([
    [false, 0],
    [true, 1],
  ])('gets no answer; charged: %s', async (hangCharges, charged) => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, hangCharges, faults: { hang: { next: 1 } } })
    const leaving = new AbortController()
    const call = enrich(vendor, 'a', { signal: leaving.signal })
    await until(() => vendor.stats.concurrent === 1)
    clock.advance(3_600_000)
    expect([chargeOf(vendor), vendor.stats.chargedUnanswered, vendor.stats.replies]).toEqual([charged, charged, {}])
    leaving.abort()
    expect((await call).broken).toBe(true)
    await until(() => vendor.stats.concurrent === 0)
    await expectHealthy(vendor)
  })

  test('does not take a slot from the others', async () => {
    const vendor = await vendors.start({ slots: 1, faults: { hang: { keys: ['a'] } } })
    const hanging = enrich(vendor, 'a')
    await until(() => vendor.stats.concurrent === 1)
    expect((await enrich(vendor, 'b')).status).toBe(200)
    await vendor.close()
    expect((await hanging).broken).toBe(true)
  })
})

describe('which calls a fault strikes', () => {
  test('by rate, about its share, the same for the same seed', async () => {
    const statuses = async () => {
      const vendor = await vendors.start({ seed: 3, faults: { error500: { rate: 0.2 } } })
      const seen: number[] = []
      for (let i = 0; i < 200; i++) seen.push((await enrich(vendor, `p${i}`)).status)
      return seen
    }
    const first = await statuses()
    expect(first.filter((status) => status === 500).length / 200).toBeCloseTo(0.2, 1)
    expect(await statuses()).toEqual(first)
  })

  test('neither the controls nor the account are struck', async () => {
    const vendor = await vendors.start({ faults: { error500: {} } })
    expect((await control(vendor, 'GET', 'stats')).status).toBe(200)
    expect((await request(vendor, '/v1/account')).status).toBe(200)
    expect(vendor.stats.faults).toEqual({})
  })

  test('out of credits goes before a fault that would charge', async () => {
    const vendor = await vendors.start({ remaining: 0, faults: { malformed: {}, resetAfter: {} } })
    expect((await enrich(vendor, 'a')).status).toBe(402)
  })
})

describe('a client that leaves', () => {
  test('in the middle of its latency is charged all the same, and harms nobody', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, latencyMs: 1_000, chargeAt: 'reply' })
    await enrichAndLeave(vendor, 'a')
    clock.advance(1_000)
    expect([chargeOf(vendor), vendor.stats.chargedUnanswered, vendor.stats.replies]).toEqual([1, 1, {}])
    vendor.behave({ latencyMs: 0 })
    await expectHealthy(vendor)
  })

  test.each(['resetBefore', 'resetAfter', 'truncated', 'html', 'error500'] satisfies CallFaultName[])(
    'before %s strikes harms nobody',
    async (fault) => {
      const clock = new ManualClock()
      const vendor = await vendors.start({ clock, latencyMs: 1_000, faults: { [fault]: { next: 1 } } })
      await enrichAndLeave(vendor, 'a')
      clock.advance(1_000)
      vendor.behave({ latencyMs: 0 })
      await expectHealthy(vendor)
      expect(vendor.stats.replies).toEqual({ 200: 1 })
    },
  )

  test('in the middle of its body harms nobody', async () => {
    const vendor = await vendors.start()
    const socket = connect(vendor.port, '127.0.0.1')
    socket.write('POST /v1/bulk HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"requests": [')
    await until(() => socket.bytesWritten > 0 && !socket.connecting)
    await control(vendor, 'GET', 'stats')
    socket.destroy()
    await expectHealthy(vendor)
    expect(chargeOf(vendor)).toBe(1)
  })
})
