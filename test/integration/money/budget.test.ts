import { expect, test } from 'vitest'
import type { Changes } from '../support/config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import { booksOf, idOf, type Stage } from '../support/stage.ts'

const REPLIES_ONLY = { balance: undefined }
const NOWHERE = { balance: undefined, remaining: undefined }
type Cost = { readonly per: 'call' | 'record'; readonly credits: number }

/** Never below the reserve, after any charge of ours. */
function lowestAfterOurs({ vendor }: Stage): number {
  return Math.min(...vendor.bill.entries().flatMap(({ kind, remaining }) => (kind === 'lookup' ? [remaining] : [])))
}

onEachStage((begin) => {
  test("'remaining' is the balance less the reserve, to the credit", async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 43 } })
    const { summary } = await stage.run({ job: { reserve: 7 } })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'budget-spent' })
    expect(summary.credits).toMatchObject({ budget: 36, spent: 36, unknown: 0, reserve: 7, balance: 7 })
    expect(stage.vendor.account.remaining).toBe(7)
  })

  test.each([
    [10, 10],
    [500, 18],
    [0, 0],
  ])('a budget of %i is never above what is spendable', async (budget, spent) => {
    const stage = await begin({ people: 40, vendor: { allotment: 20 } })
    const { summary } = await stage.run({ job: { reserve: 2 } }, { budget })
    expect(summary).toMatchObject({
      status: 'completed',
      stopReason: 'budget-spent',
      credits: { budget: spent, spent },
    })
    expect(stage.vendor.bill.totals().lookupCredits).toBe(spent)
  })

  test('a reserve above the balance leaves nothing to spend', async () => {
    const stage = await begin({ people: 10, vendor: { allotment: 20 } })
    const { summary } = await stage.run({ job: { reserve: 21 } })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'budget-spent', credits: { budget: 0, spent: 0 } })
    expect(stage.vendor.stats.calls).toBe(0)
  })

  test('runs of a cycle share an allotment where the vendor reports no balance', async () => {
    const stage = await begin({ people: 40 })
    const changes: Changes = { credits: { ...NOWHERE, allotment: 12 } }
    const first = await stage.run(changes, { budget: 7 })
    expect(first.summary.credits).toMatchObject({ budget: 7, spent: 7 })
    const second = await stage.run(changes)
    expect(second.summary.credits).toMatchObject({ budget: 5, spent: 5 })
    const third = await stage.run(changes)
    expect(third.summary).toMatchObject({ stopReason: 'budget-spent', credits: { budget: 0, spent: 0 } })
    expect(stage.vendor.bill.totals().lookupCredits).toBe(12)
  })

  test('without any balance a budget in figures is kept to', async () => {
    const stage = await begin({ people: 40, vendor: { matchRate: 0.6 } })
    const { summary } = await stage.run({ credits: NOWHERE }, { budget: 13 })
    expect(summary.credits).toMatchObject({ budget: 13, spent: 13, balance: null })
    expect(stage.vendor.bill.totals().lookupCredits).toBe(13)
  })

  test('decimals are exact', async () => {
    const cost = { per: 'match', credits: 0.1 } as const
    const stage = await begin({ people: 60, vendor: { allotment: 4.5, cost } })
    const { summary } = await stage.run({ credits: { cost }, job: { reserve: 0.3 } })
    expect(summary.credits).toMatchObject({ budget: 4.2, spent: 4.2, unknown: 0, reserve: 0.3, balance: 0.3 })
    expect(summary.records.refreshed).toBe(42)
    expect(stage.vendor.account.remaining).toBe(0.3)
  })

  test.each<[string, Cost]>([
    ['call', { per: 'call', credits: 2 }],
    ['record', { per: 'record', credits: 2 }],
  ])('costs per %s are charged for misses too', async (_per, cost) => {
    const stage = await begin({ people: 60, vendor: { allotment: 41, cost, matchRate: 0.5 } })
    const { summary } = await stage.run({ credits: { cost, charged: undefined, remaining: undefined } })
    const { refreshed, notFound } = summary.records
    expect(refreshed + notFound).toBe(20)
    expect(notFound).toBeGreaterThan(2)
    expect(summary.credits).toMatchObject({ spent: 40, balance: 1 })
    expect(stage.vendor.account.remaining).toBe(1)
  })

  test('records that differ in price: the most is reserved, and what each cost is settled', async () => {
    const stage = await begin({ people: 60 })
    // One credit for the data, eight more where there is a phone number; everybody whose id is even has one.
    const vendor = await scriptedVendor(({ url }) => {
      const id = idOf(url.searchParams.get('email') ?? '')
      return { body: { data: { job_title: 'fresh', ...(id % 2 === 0 ? { phone: '+1' } : {}) } } }
    })
    const cost = {
      per: 'match',
      credits: (_: unknown, data: { phone?: string }) => (data.phone ? 9 : 1),
      most: 9,
    } as const
    const config = { vendor: { baseUrl: vendor.url }, credits: { cost, balance: undefined, charged: undefined } }
    const { summary } = await stage.run(
      { ...config, credits: { ...config.credits, remaining: undefined } },
      { budget: 52 },
    )
    const billed = (calls: number) => Math.floor(calls / 2) * 10 + (calls % 2)
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'budget-spent' })
    expect(summary.credits.spent).toBe(billed(vendor.calls.length))
    expect(summary.credits.spent).toBeLessThanOrEqual(52)
    expect(summary.credits.spent).toBeGreaterThan(52 - 9)
  })

  test('a price that is no amount counts as the most', async () => {
    const stage = await begin({ people: 20 })
    const vendor = await scriptedVendor(() => ({ body: { data: { job_title: 'fresh' } } }))
    const odd = [Number.NaN, -1, 'x', undefined, null]
    const credits = (record: Readonly<Record<string, number>>) => odd[Number(record.id) % odd.length] as number
    const cost = { per: 'match', credits, most: 2 } as const
    const nowhere = { balance: undefined, charged: undefined, remaining: undefined }
    const { summary } = await stage.run(
      { vendor: { baseUrl: vendor.url }, credits: { cost, ...nowhere } },
      { budget: 24 },
    )
    expect(summary.credits.spent).toBe(24)
    expect(vendor.calls).toHaveLength(12)
  })

  test('a minimum a call is reserved and settled, and a bulk call makes the most of it', async () => {
    const stage = await begin({ people: 60 })
    const found = (body: string) => JSON.parse(body).map(() => ({ status: 200, data: { job_title: 'fresh' } }))
    const vendor = await scriptedVendor(({ body }) => ({ body: found(body) }))
    const bulk = {
      maxRecords: 10,
      request: (records: readonly Readonly<Record<string, string>>[]) => ({
        method: 'POST' as const,
        path: '/',
        json: records.map(({ email }) => email),
      }),
      results: (body: readonly { status: number; data: unknown }[]) => body,
    }
    const cost = { per: 'match', credits: 1, minimum: 8 } as const
    const nowhere = { balance: undefined, charged: undefined, remaining: undefined }
    const config = { vendor: { baseUrl: vendor.url, single: undefined as never, bulk }, credits: { cost, ...nowhere } }
    const { summary } = await stage.run(config, { budget: 45 })
    // Five alone at first, for eight credits; then tens, and the seven that are left are less than any call costs.
    expect(summary).toMatchObject({ stopReason: 'budget-spent', records: { refreshed: 35 }, credits: { spent: 38 } })
    expect(vendor.calls).toHaveLength(4)
  })

  test('the balance is asked for no more often than the vendor allows, and the last credits are spent all the same', async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 40 } })
    const asked: number[] = []
    const perMinute = 300
    const remaining = (body: { credits: { remaining: number } }) => {
      asked.push(performance.now())
      return body.credits.remaining
    }
    const balance = { path: '/v1/account', remaining, perMinute }
    const { summary } = await stage.run({ credits: { balance, remaining: undefined } })
    expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 40, balance: 0 } })
    const gaps = asked.slice(2).map((at, i) => at - (asked[i + 1] as number))
    expect(gaps.length).toBeGreaterThan(1)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60_000 / perMinute - 10)
  })

  test('two pools of one vendor are two ledgers', async () => {
    const stage = await begin({ people: 30 })
    const of = (pool: string) => ({ credits: { pool, allotment: 10, balance: undefined, remaining: undefined } })
    const first = await stage.run(of('people'))
    expect(first.summary).toMatchObject({ vendor: 'simulated:people', credits: { budget: 10, spent: 10 } })
    expect((await stage.run(of('people'))).summary.credits).toMatchObject({ budget: 0, spent: 0 })
    expect((await stage.run(of('phones'))).summary).toMatchObject({
      vendor: 'simulated:phones',
      credits: { spent: 10 },
    })
  })

  test('what the vendor says it charged counts, not what a call may cost', async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 30 } })
    const { summary } = await stage.run({ credits: { cost: { per: 'match', credits: 3 } } })
    expect(summary.credits.spent).toBe(stage.vendor.bill.totals().lookupCredits)
    // Of the last two credits a call that may cost three cannot be sent.
    expect(summary.credits).toMatchObject({ budget: 30, spent: 28, balance: 2 })
  })

  test('with misses the run goes on until the last credit is spent', async () => {
    const stage = await begin({ people: 400, vendor: { allotment: 37, matchRate: 0.4 } })
    const { summary } = await stage.run()
    expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 37, balance: 0 } })
    expect(stage.vendor.account.remaining).toBe(0)
    expect(booksOf(summary, stage)).toEqual({ spent: 37, billed: 37, refreshed: 37 })
  })

  test('a balance that comes only in replies is enough', async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 33 } })
    const { summary } = await stage.run({ credits: REPLIES_ONLY })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'budget-spent' })
    expect(summary.credits).toMatchObject({ budget: 33, spent: 33, balance: 0 })
    expect(stage.vendor.stats.accountReads).toBe(0)
  })

  test('a balance only in replies keeps the reserve, too', async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 20 } })
    const { summary } = await stage.run({ credits: REPLIES_ONLY, job: { budget: 50, reserve: 5 } })
    expect(stage.vendor.account.remaining).toBe(5)
    expect(summary.credits).toMatchObject({ spent: 15, balance: 5 })
  })

  test.each([
    ['an endpoint and headers', {}],
    ['an endpoint alone', { remaining: undefined }],
    ['headers alone', REPLIES_ONLY],
  ])('when someone else spends meanwhile the run shrinks, and the reserve stands: %s', async (_from, credits) => {
    const outside = { credits: 15, everyCalls: 25 }
    const stage = await begin({ people: 150, vendor: { allotment: 100, latencyMs: { min: 2, max: 8 }, outside } })
    const { summary, logs } = await stage.run({ credits, job: { budget: 95, reserve: 5 } })
    expect(stage.vendor.account.remaining).toBe(5)
    expect(lowestAfterOurs(stage)).toBe(5)
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'credits-exhausted' })
    expect(booksOf(summary, stage)).toEqual({ spent: 65, billed: 65, refreshed: 65 })
    expect(logs.some(({ message }) => message.startsWith('someone else has spent'))).toBe(true)
  })

  test.each(['missing', 'negative', 'absurd', 'text', 'stale'] as const)(
    'a balance that is %s is ignored, with a log line',
    async (as) => {
      const lyingBalance = { as, rate: 0.5, on: 'headers', ...(as === 'stale' ? { staleBy: 4 } : {}) } as const
      const stage = await begin({ people: 60, vendor: { allotment: 40, faults: { lyingBalance } } })
      const { summary, logs } = await stage.run({ vendor: { limits: { maxConcurrent: 1 } }, job: { reserve: 4 } })
      expect(stage.vendor.stats.faults.lyingBalance).toBeGreaterThan(5)
      expect(summary.credits).toMatchObject({ spent: 36, balance: 4 })
      expect(stage.vendor.account.remaining).toBe(4)
      expect(logs).toContainEqual(
        expect.objectContaining({ level: 'warn', message: expect.stringContaining('ignored') }),
      )
    },
  )

  test('a balance endpoint that lies once is asked again before anything is spent', async () => {
    const lyingBalance = { as: 'negative', on: 'account', next: 1 } as const
    const stage = await begin({ people: 20, vendor: { allotment: 9, faults: { lyingBalance } } })
    const { summary, logs } = await stage.run()
    expect(summary.credits).toMatchObject({ budget: 9, spent: 9 })
    expect(logs).toContainEqual(expect.objectContaining({ level: 'warn', message: 'the balance cannot be read' }))
  })

  test('a balance that stays negative leaves nothing to spend, and is not a fault of the endpoint', async () => {
    const lyingBalance = { as: 'negative', on: 'account', next: 99 } as const
    const stage = await begin({ people: 20, vendor: { allotment: 9, faults: { lyingBalance } } })
    const { summary } = await stage.run()
    expect(summary).toMatchObject({
      status: 'completed',
      stopReason: 'budget-spent',
      credits: { spent: 0, balance: 0 },
    })
  })

  test('a charge that the vendor names wrongly is ignored: what a call may cost counts', async () => {
    const stage = await begin({
      people: 30,
      vendor: { allotment: 20, faults: { lyingCharge: { as: 'absurd', next: 6 } } },
    })
    const { summary } = await stage.run()
    expect(booksOf(summary, stage)).toEqual({ spent: 20, billed: 20, refreshed: 20 })
  })

  test('without any source of a budget nothing is spent', async () => {
    const stage = await begin()
    await expect(stage.run({ credits: NOWHERE })).rejects.toMatchObject({
      code: 'RUN_INVALID',
      problems: [{ path: 'vendor.credits', allowed: expect.stringContaining('--budget') }],
    })
    await expect(stage.run({ credits: REPLIES_ONLY, job: { reserve: 5 } })).rejects.toMatchObject({
      code: 'RUN_INVALID',
    })
    expect(stage.vendor.stats.calls).toBe(0)
  })

  test('a vendor that charges more than the config says is followed, and the budget is the end', async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 200, cost: { per: 'match', credits: 2 } } })
    const { summary } = await stage.run({ job: { budget: 20 } })
    expect(summary.credits.spent).toBe(stage.vendor.bill.totals().lookupCredits)
    expect(summary.status).toBe('completed')
    // A call that is in flight may cost one more than its reservation.
    expect(summary.credits.spent).toBeLessThanOrEqual(20 + 8)
  })
})
