import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/simulator/manual-clock.ts'
import {
  bulk,
  control,
  enrich,
  enrichOnce,
  until,
  VendorsUnderTest,
} from '../../../test/support/simulator/vendor-under-test.ts'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const many = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`)

describe('rate limits', () => {
  test('what is over the limit gets 429, costs nothing, and is told when to come back', async () => {
    const clock = new ManualClock(0)
    const vendor = await vendors.start({ clock, perSecond: 2, perMinute: 3 })
    const ask = async () => {
      const { status, headers } = await enrich(vendor, 'a')
      return [status, headers['retry-after']]
    }
    expect([await ask(), await ask(), await ask()]).toEqual([
      [200, undefined],
      [200, undefined],
      [429, '1'],
    ])
    clock.advance(1_000)
    expect([await ask(), await ask()]).toEqual([
      [200, undefined],
      [429, '59'],
    ])
    clock.advance(59_000)
    expect(await ask()).toEqual([200, undefined])
    expect(vendor.bill.totals().charges).toBe(4)
    expect(vendor.stats).toMatchObject({ throttled: 2, peakPerSecond: 3 })
  })

  test('a bulk call is one request', async () => {
    const vendor = await vendors.start({ clock: new ManualClock(), perSecond: 2 })
    for (const status of [200, 200, 429]) expect((await bulk(vendor, ['a', 'b', 'c'])).status).toBe(status)
  })

  test('when to come back may be said as a date, never too early, or not at all', async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 1, 0, 0, 0, 300))
    const vendor = await vendors.start({ clock, perSecond: 1, retryAfter: 'date' })
    await enrich(vendor, 'a')
    expect((await enrich(vendor, 'a')).headers['retry-after']).toBe('Thu, 01 Jan 2026 00:00:02 GMT')
    vendor.behave({ retryAfter: 'none' })
    expect(await enrich(vendor, 'a')).toMatchObject({
      status: 429,
      headers: expect.not.objectContaining({ 'retry-after': '1' }),
    })
  })

  test('replies may tell of the limits, refusals too', async () => {
    const vendor = await vendors.start({ clock: new ManualClock(), perSecond: 1, rateHeaders: 'x-ratelimit' })
    for (const status of [200, 429]) {
      const seen = await enrich(vendor, 'a')
      expect([seen.status, seen.headers['x-ratelimit-limit'], seen.headers['x-ratelimit-remaining']]).toEqual([
        status,
        '1',
        '0',
      ])
    }
    vendor.behave({ rateHeaders: 'ietf' })
    expect((await enrich(vendor, 'a')).headers).toMatchObject({
      'ratelimit-policy': '"second";q=1;w=1',
      ratelimit: '"second";r=0;t=1',
    })
  })

  test('the controls are never limited', async () => {
    const vendor = await vendors.start({ perSecond: 1 })
    for (let i = 0; i < 10; i++) expect((await control(vendor, 'GET', 'account')).status).toBe(200)
    expect((await enrich(vendor, 'a')).status).toBe(200)
    expect(vendor.stats).toMatchObject({ calls: 1, peakPerSecond: 1 })
  })
})

describe('capacity', () => {
  test('latency is waited for, and the peak of concurrency is seen', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, latencyMs: 1_000 })
    const calls = many(8).map((key) => enrich(vendor, key))
    await until(() => vendor.stats.concurrent === 8)
    clock.advance(999)
    expect(vendor.stats.replies).toEqual({})
    clock.advance(1)
    await Promise.all(calls)
    await until(() => vendor.stats.concurrent === 0)
    expect(vendor.stats).toMatchObject({ peakConcurrent: 8, replies: { 200: 8 } })
  })

  test('beyond the slots calls queue', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, latencyMs: 1_000, slots: 2 })
    const calls = many(6).map((key) => enrich(vendor, key))
    await until(() => vendor.stats.queued === 4)
    clock.advance(1_000)
    expect(vendor.stats).toMatchObject({ queued: 2, replies: { 200: 2 } })
    clock.advance(2_000)
    await Promise.all(calls)
    expect(vendor.stats).toMatchObject({ peakQueued: 4, replies: { 200: 6 } })
  })
})

describe('a collapse', () => {
  test('fails what was in service and what comes while it is down, and is over when its time is', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({
      clock,
      latencyMs: 1_000,
      chargeAt: 'reply',
      collapseAbove: 5,
      collapseMs: 3_000,
      collapseReply: '503',
    })
    const crowd = many(5).map((key) => enrich(vendor, key))
    await until(() => vendor.stats.concurrent === 5)
    expect((await enrich(vendor, 'one too many')).status).toBe(503)
    clock.advance(1_000)
    expect((await Promise.all(crowd)).map(({ status }) => status)).toEqual([503, 503, 503, 503, 503])
    expect((await enrich(vendor, 'still down')).status).toBe(503)
    clock.advance(2_000)
    vendor.behave({ latencyMs: 0 })
    expect((await enrich(vendor, 'well again')).status).toBe(200)
    expect(vendor.stats).toMatchObject({ collapses: 1, failedByCollapse: 7 })
    expect(vendor.bill.totals()).toMatchObject({ charges: 1, distinctRecords: 1 })
  })

  test('bills its share of what it fails, and keeps those answers for a retry by key', async () => {
    const vendor = await vendors.start({ faults: { hang: { next: 1 } }, collapseAbove: 1, collapseMs: 60_000 })
    vendor.behave({ collapseBillsShare: 0.25, collapseReply: 'reset' })
    const hanging = enrich(vendor, 'hanging')
    await until(() => vendor.stats.concurrent === 1)
    for (const key of many(200)) expect((await enrichOnce(vendor, key, key)).broken).toBe(true)
    const { charges } = vendor.bill.totals()
    expect(charges / 200).toBeCloseTo(0.25, 1)
    expect(vendor.stats).toMatchObject({ chargedUnanswered: charges, collapses: 1 })
    vendor.behave({ collapseBillsShare: 1 })
    for (const key of many(20)) await enrichOnce(vendor, key, key)
    expect(vendor.bill.totals().mostChargesOfARecord).toBe(1)
    await vendor.close()
    await hanging
  })

  test('a kept answer is not to be had while it is down', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, collapseAbove: 1, collapseMs: 1_000, collapseReply: '503' })
    await enrichOnce(vendor, 'a', 'k1')
    await until(() => vendor.stats.concurrent === 0)
    vendor.behave({ latencyMs: 5_000 })
    const crowd = many(2).map((key) => enrich(vendor, key))
    await until(() => vendor.stats.collapses === 1)
    expect((await enrichOnce(vendor, 'a', 'k1')).status).toBe(503)
    clock.advance(1_000)
    expect((await enrichOnce(vendor, 'a', 'k1')).status).toBe(503)
    clock.advance(5_000)
    await Promise.all(crowd)
    await until(() => vendor.stats.concurrent === 0)
    expect((await enrichOnce(vendor, 'a', 'k1')).status).toBe(200)
    expect(vendor.bill.chargesOf('a')).toBe(1)
  })

  test('what was charged on arrival stays charged', async () => {
    const clock = new ManualClock()
    const behaviour = { latencyMs: 1_000, collapseAbove: 2, collapseMs: 60_000, collapseReply: '503' } as const
    const vendor = await vendors.start({ clock, ...behaviour })
    const calls = many(3).map((key) => enrich(vendor, key))
    await until(() => vendor.stats.collapses === 1)
    clock.advance(1_000)
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([503, 503, 503])
    expect([vendor.bill.totals().charges, vendor.stats.chargedUnanswered]).toEqual([2, 2])
  })

  test('fails by a 503 or by a broken connection, both in turn where so told', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({ clock, latencyMs: 1_000, collapseAbove: 1, collapseMs: 60_000 })
    const calls = many(40).map((key) => enrich(vendor, key))
    await until(() => vendor.stats.failedByCollapse === 39)
    clock.advance(1_000)
    expect(new Set((await Promise.all(calls)).map(({ status }) => status))).toEqual(new Set([0, 503]))
  })
})
