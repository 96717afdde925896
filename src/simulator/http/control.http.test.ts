import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/simulator/manual-clock.ts'
import { control, enrich, request, until, VendorsUnderTest } from '../../../test/support/simulator/vendor-under-test.ts'
import { startVendor } from '../vendor.ts'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

describe('control over HTTP', () => {
  test('the account is told', async () => {
    const clock = new ManualClock(5)
    const vendor = await vendors.start({ clock, allotment: 10, remaining: 4.5, resetAt: 1_000 })
    const { json } = await control(vendor, 'GET', 'account')
    expect(json).toEqual({ remaining: 4.5, allotment: 10, resetAt: 1_000, at: 5 })
  })

  test('the bill is told, from a number on, with its totals', async () => {
    const vendor = await vendors.start()
    for (const key of ['a', 'b', 'a']) await enrich(vendor, key)
    const { json } = await control(vendor, 'GET', 'bill?from=2')
    expect(json.entries).toMatchObject([
      { seq: 2, records: ['b'], credits: 1, kind: 'lookup' },
      { seq: 3, records: ['a'] },
    ])
    expect(json).toMatchObject({ totals: { charges: 3, recordsChargedMoreThanOnce: 1 }, next: null })
  })

  test('a long bill comes in pages', async () => {
    const vendor = await vendors.start()
    for (let i = 0; i < 5; i++) await enrich(vendor, `p${i}`)
    const seqs: number[] = []
    for (let from: number | null = 1; from !== null; ) {
      const { json } = await control(vendor, 'GET', `bill?from=${from}&limit=2`)
      seqs.push(...json.entries.map(({ seq }: { seq: number }) => seq))
      from = json.next
    }
    expect(seqs).toEqual([1, 2, 3, 4, 5])
  })

  test('the summary of the bill has the totals only', async () => {
    const vendor = await vendors.start({ cost: { per: 'match', credits: 0.5 } })
    for (const key of ['a', 'b', 'a']) await enrich(vendor, key)
    vendor.spendOutside(7)
    expect((await control(vendor, 'GET', 'bill?summary=1')).json).toEqual({
      charges: 3,
      lookupCredits: 1.5,
      outsideCredits: 7,
      toppedUpCredits: 0,
      expiredCredits: 0,
      distinctRecords: 2,
      mostChargesOfARecord: 2,
      recordsChargedMoreThanOnce: 1,
      lastSeq: 4,
    })
  })

  test('the stats are told, and are not in themselves', async () => {
    const vendor = await vendors.start()
    await enrich(vendor, 'a')
    const { json } = await control(vendor, 'GET', 'stats')
    expect(json).toMatchObject({ calls: 1, records: 1, replies: { 200: 1 }, peakConcurrent: 1, peakPerSecond: 1 })
    expect(json).toEqual(vendor.stats)
  })

  test('the behaviour is changed while it runs, and told', async () => {
    const vendor = await vendors.start()
    const patched = await control(vendor, 'PATCH', 'behaviour', { matchRate: 0, faults: { html: { keys: ['h'] } } })
    expect([patched.status, patched.json.matchRate, patched.json.faults]).toEqual([200, 0, { html: { keys: ['h'] } }])
    expect((await enrich(vendor, 'a')).status).toBe(404)
    expect((await enrich(vendor, 'h')).text).toContain('<html>')
    await control(vendor, 'PATCH', 'behaviour', { faults: { html: null } })
    expect((await control(vendor, 'GET', 'behaviour')).json.faults).toEqual({})
  })

  test('spending, top-ups, resets and forgetting', async () => {
    const vendor = await vendors.start({ allotment: 10 })
    expect((await control(vendor, 'POST', 'spend', { credits: 12, note: 'x' })).json).toMatchObject({
      spent: 10,
      remaining: 0,
    })
    expect((await control(vendor, 'POST', 'topup', { credits: 2.5 })).json.remaining).toBe(2.5)
    expect((await control(vendor, 'POST', 'reset')).json.remaining).toBe(10)
    expect((await control(vendor, 'POST', 'forget-bill')).json).toMatchObject({ outsideCredits: 0, lastSeq: 3 })
    expect([vendor.bill.entries(), vendor.account.remaining]).toEqual([[], 10])
  })

  test.each([
    ['PATCH', 'behaviour', '{oops', 'not JSON'],
    ['PATCH', 'behaviour', { perSekond: 1 }, 'Unrecognized key: "perSekond"'],
    ['PATCH', 'behaviour', { matchRate: 2 }, 'matchRate: Too big'],
    ['PATCH', 'behaviour', undefined, 'expected object'],
    ['PATCH', 'behaviour', { misses: true }, 'misses: expected a function'],
    ['POST', 'spend', {}, 'credits: expected credits'],
    ['POST', 'spend', { credits: -1 }, 'credits: expected credits'],
    ['POST', 'topup', { credits: 1, note: 'x' }, 'Unrecognized key: "note"'],
    ['GET', 'bill?from=x', undefined, 'from must be a whole number'],
  ])('%s %s with %j is refused: %s', async (method, path, body, message) => {
    const vendor = await vendors.start()
    const before = (await control(vendor, 'GET', 'behaviour')).text
    const seen = await control(vendor, method, path, body)
    expect([seen.status, seen.json.error]).toEqual([400, expect.stringContaining(message)])
    expect((await control(vendor, 'GET', 'behaviour')).text).toBe(before)
  })

  test('a wrong path is a 404 and a wrong method a 405, each saying what there is', async () => {
    const vendor = await vendors.start()
    expect(await control(vendor, 'GET', 'nothing')).toMatchObject({
      status: 404,
      json: { error: expect.stringContaining('forget-bill') },
    })
    expect(await control(vendor, 'POST', 'bill')).toMatchObject({ status: 405, json: { error: 'bill takes GET' } })
  })
})

describe('starting and closing', () => {
  test('options that are not understood keep it from starting', async () => {
    await expect(startVendor({ matchRate: 5 })).rejects.toThrow(/matchRate: Too big/)
    await expect(startVendor({ remaining: 0.1234567 })).rejects.toThrow(RangeError)
    await expect(startVendor({ remaining: -1 })).rejects.toThrow(RangeError)
  })

  test('a taken port is an error, and leaves no timer', async () => {
    const { port } = await vendors.start()
    const clock = new ManualClock()
    await expect(startVendor({ port, clock, outside: { credits: 1, everyMs: 5 } })).rejects.toThrow(/EADDRINUSE/)
    expect(clock.pending).toBe(0)
  })

  test('close drops hanging, waiting, queued and idle connections, and every timer', async () => {
    const clock = new ManualClock()
    const vendor = await vendors.start({
      clock,
      latencyMs: 1_000,
      slots: 1,
      outside: { credits: 1, everyMs: 10 },
      faults: { hang: { keys: ['hang'] } },
    })
    const calls = ['hang', 'served', 'queued'].map((key) => enrich(vendor, key))
    const idle = connect(vendor.port, '127.0.0.1')
    const idleClosed = new Promise((resolve) => idle.once('close', resolve))
    await until(() => vendor.stats.concurrent === 3 && !idle.connecting)
    await vendor.close()
    await vendor.close()
    expect((await Promise.all(calls)).every(({ broken }) => broken)).toBe(true)
    await idleClosed
    expect(clock.pending).toBe(0)
    expect((await request(vendor, '/v1/account')).broken).toBe(true)
    expect(process.getActiveResourcesInfo()).not.toContain('TCPServerWrap')
  })

  test('the port of a closed vendor can be taken again at once', async () => {
    const first = await startVendor()
    await first.close()
    const second = await vendors.start({ port: first.port })
    expect((await enrich(second, 'a')).status).toBe(200)
  })
})
