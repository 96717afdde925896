import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/simulator/manual-clock.ts'
import {
  bulk,
  enrich,
  enrichAndLeave,
  enrichOnce,
  until,
  VendorsUnderTest,
} from '../../../test/support/simulator/vendor-under-test.ts'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

describe('a key that comes again', () => {
  test('gets the kept reply, and is not charged again', async () => {
    const vendor = await vendors.start({ allotment: 10 })
    const first = await enrichOnce(vendor, 'a', 'k1')
    vendor.behave({ version: 2 })
    const second = await enrichOnce(vendor, 'a', 'k1')
    expect([second.status, second.text]).toEqual([first.status, first.text])
    expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']]).toEqual([undefined, 'true'])
    expect(second.headers).toMatchObject({ 'x-credits-charged': '1', 'x-credits-remaining': '9' })
    expect(vendor.bill.totals()).toMatchObject({ charges: 1, lookupCredits: 1 })
    expect(vendor.stats.replayed).toBe(1)
  })

  test('gets the kept miss too, and the kept bulk reply', async () => {
    const vendor = await vendors.start({ cost: { per: 'record', credits: 1 }, misses: (key) => key === 'b' })
    for (let i = 0; i < 2; i++) {
      expect((await enrichOnce(vendor, 'b', 'k1')).status).toBe(404)
      expect((await bulk(vendor, ['a', 'b'], { 'idempotency-key': 'k2' })).json).toHaveLength(2)
    }
    expect(vendor.bill.totals()).toMatchObject({ charges: 2, lookupCredits: 3 })
  })

  test('is charged again where the vendor honours no keys', async () => {
    const vendor = await vendors.start({ idempotency: false })
    await enrichOnce(vendor, 'a', 'k1')
    await enrichOnce(vendor, 'a', 'k1')
    expect(vendor.bill.totals()).toMatchObject({ charges: 2, mostChargesOfARecord: 2, recordsChargedMoreThanOnce: 1 })
  })

  test('may come in another header', async () => {
    const vendor = await vendors.start({ idempotencyHeader: 'X-Request-Id' })
    for (let i = 0; i < 2; i++) await enrich(vendor, 'a', { headers: { 'x-request-id': 'k1' } })
    for (let i = 0; i < 2; i++) await enrichOnce(vendor, 'a', 'k1')
    expect(vendor.bill.totals().charges).toBe(3)
  })

  test('with other records is refused', async () => {
    const vendor = await vendors.start()
    await enrichOnce(vendor, 'a', 'k1')
    expect(await enrichOnce(vendor, 'b', 'k1')).toMatchObject({ status: 422, json: { error: 'idempotency_mismatch' } })
    expect(vendor.stats.keyMismatches).toBe(1)
    expect(vendor.bill.chargesOf('b')).toBe(0)
  })

  test('waits while the first is in progress, and both get the one answer', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, latencyMs: 1_000, chargeAt: 'reply' })
    const both = [enrichOnce(vendor, 'a', 'k1'), enrichOnce(vendor, 'a', 'k1')]
    await until(() => vendor.stats.concurrent === 2)
    clock.advance(1_000)
    const [one, two] = await Promise.all(both)
    expect(one?.text).toBe(two?.text)
    expect(vendor.bill.totals().charges).toBe(1)
  })

  test('is served afresh where the first came to nothing', async () => {
    const vendor = await vendors.start({
      faults: { error500: { next: 1 }, resetBefore: { keys: ['b'], next: 1 } },
      remaining: 2,
    })
    expect([(await enrichOnce(vendor, 'a', 'k1')).status, (await enrichOnce(vendor, 'a', 'k1')).status]).toEqual([
      500, 200,
    ])
    expect([(await enrichOnce(vendor, 'b', 'k2')).status, (await enrichOnce(vendor, 'b', 'k2')).status]).toEqual([
      0, 200,
    ])
    expect((await enrichOnce(vendor, 'c', 'k3')).status).toBe(402)
    vendor.topUp(1)
    expect((await enrichOnce(vendor, 'c', 'k3')).status).toBe(200)
  })

  test('waiting behind a call that comes to nothing, it takes its place', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, latencyMs: 1_000, faults: { error500: { next: 1 } } })
    const first = enrichOnce(vendor, 'a', 'k1')
    await until(() => vendor.stats.concurrent === 1)
    const second = enrichOnce(vendor, 'a', 'k1')
    await until(() => vendor.stats.concurrent === 2)
    clock.advance(1_000)
    expect((await first).status).toBe(500)
    clock.advance(1_000)
    expect((await second).status).toBe(200)
    expect(vendor.bill.totals().charges).toBe(1)
  })
})

describe('a reply that was lost after the charge', () => {
  test.each(['resetAfter', 'truncated'] as const)('by %s is had again for free', async (fault) => {
    const vendor = await vendors.start({ faults: { [fault]: { keys: ['a'] } } })
    expect((await enrichOnce(vendor, 'a', 'k1')).broken).toBe(true)
    const again = await enrichOnce(vendor, 'a', 'k1')
    expect([again.status, again.json.data.key, again.headers['idempotent-replayed']]).toEqual([200, 'a', 'true'])
    expect(vendor.bill.totals().charges).toBe(1)
  })

  test('by a hang is had again for free, where the hang charged', async () => {
    const vendor = await vendors.start({ hangCharges: true, faults: { hang: { next: 1 } } })
    const hanging = enrichOnce(vendor, 'a', 'k1')
    await until(() => vendor.bill.totals().charges === 1)
    expect((await enrichOnce(vendor, 'a', 'k1')).json.data.key).toBe('a')
    expect(vendor.bill.totals().charges).toBe(1)
    await vendor.close()
    expect((await hanging).broken).toBe(true)
  })

  test('by a hang that charged nothing is served afresh', async () => {
    const vendor = await vendors.start({ faults: { hang: { next: 1 } } })
    const hanging = enrichOnce(vendor, 'a', 'k1')
    await until(() => vendor.stats.faults.hang === 1)
    expect((await enrichOnce(vendor, 'a', 'k1')).headers['idempotent-replayed']).toBeUndefined()
    expect(vendor.bill.totals().charges).toBe(1)
    await vendor.close()
    expect((await hanging).broken).toBe(true)
  })

  test('because the client left is had again for free', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, latencyMs: 1_000 })
    await enrichAndLeave(vendor, 'a', { 'Idempotency-Key': 'k1' })
    clock.advance(1_000)
    expect((await enrichOnce(vendor, 'a', 'k1')).status).toBe(200)
    expect(vendor.bill.totals().charges).toBe(1)
  })

  test('what was kept spoilt stays spoilt', async () => {
    const vendor = await vendors.start({ faults: { malformed: { next: 1 } } })
    const first = await enrichOnce(vendor, 'a', 'k1')
    expect((await enrichOnce(vendor, 'a', 'k1')).text).toBe(first.text)
  })
})
