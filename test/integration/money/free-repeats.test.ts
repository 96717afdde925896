import { expect, test } from 'vitest'
import type { Changes } from '../support/config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { booksOf, type Stage } from '../support/stage.ts'

const DAY_MS = 86_400_000
/** The vendor tells neither what a call cost nor what is left: the books alone say what was spent. */
const TERMS_ONLY = { charged: undefined, remaining: undefined, balance: undefined, allotment: 1_000 }
const FREE = { ...TERMS_ONLY, freeRepeat: '30d' }

const BULK: Changes['vendor'] = {
  single: undefined as never,
  bulk: {
    maxRecords: 10,
    request: (records) => ({
      method: 'POST',
      path: '/v1/bulk',
      json: { requests: records.map(({ email }) => ({ email })) },
    }),
    results: (body) => body,
  },
}

async function paidAgo(stage: Stage, ms: number, where = '1 = 1'): Promise<void> {
  await stage.execute(`UPDATE ${stage.own('memory')} SET paid_at = paid_at - ${ms} WHERE ${where}`)
}

/** What the second of two runs over the same people is booked and billed. */
async function again(stage: Stage, changes: Changes, between: () => Promise<void> = async () => {}) {
  await stage.run(changes)
  const before = stage.vendor.bill.totals().lookupCredits
  await between()
  const { summary } = await stage.run(changes)
  return { booked: summary.credits.spent, billed: stage.vendor.bill.totals().lookupCredits - before, summary }
}

onEachStage((begin) => {
  const generous = { vendor: { freeRepeatMs: 30 * DAY_MS }, people: 12 }

  test.each([
    ['a match', { per: 'match', credits: 1 }],
    ['a record', { per: 'record', credits: 2 }],
    ['a call', { per: 'call', credits: 3 }],
  ] as const)('what was paid for %s is not booked again within the window', async (_, cost) => {
    const stage = await begin({ ...generous, vendor: { ...generous.vendor, cost } })
    const second = await again(stage, { credits: { ...FREE, cost } })
    expect(second).toMatchObject({ booked: 0, billed: 0, summary: { records: { refreshed: 12 } } })
  })

  test('nor with a price a record, or a minimum a call', async () => {
    const stage = await begin(generous)
    const priced = { per: 'match', credits: () => 1, most: 4, minimum: 1 } as const
    expect(await again(stage, { credits: { ...FREE, cost: priced } })).toMatchObject({ booked: 0, billed: 0 })
  })

  test('a call for many costs what those of its records cost that are no repeats', async () => {
    const stage = await begin(generous)
    const old = () => paidAgo(stage, 31 * DAY_MS, `"key" IN ('3', '4', '11')`)
    const second = await again(stage, { credits: FREE, vendor: BULK }, old)
    expect(second).toMatchObject({ booked: 3, summary: { records: { refreshed: 12 } } })
  })

  test('a call, charged whole, is charged for one record that is no repeat', async () => {
    const cost = { per: 'call', credits: 2 } as const
    const stage = await begin({ ...generous, people: 10, vendor: { ...generous.vendor, cost } })
    const old = () => paidAgo(stage, 31 * DAY_MS, `"key" = '3'`)
    expect(await again(stage, { credits: { ...FREE, cost }, vendor: BULK }, old)).toMatchObject({ booked: 2 })
  })

  test("the window's edge is not believed: what may be charged is booked", async () => {
    const stage = await begin({ people: 5 })
    const edge = () => paidAgo(stage, 30 * DAY_MS - 30_000)
    expect(await again(stage, { credits: FREE }, edge)).toMatchObject({ booked: 5, billed: 5 })
  })

  test("the vendor's word counts more, both ways", async () => {
    const stage = await begin({ people: 5 })
    const told = { freeRepeat: '30d' }
    expect(await again(stage, { credits: told })).toMatchObject({ booked: 5, billed: 5 })
    stage.vendor.behave({ freeRepeatMs: DAY_MS })
    expect(booksOf((await stage.run({ credits: { freeRepeat: undefined } })).summary, stage).spent).toBe(0)
  })

  test('another request for the same record is no repeat', async () => {
    const stage = await begin({ ...generous, people: 4 })
    const moved = () => stage.execute("UPDATE people SET email = 'p91@example.com' WHERE id = 2")
    expect(await again(stage, { credits: FREE }, moved)).toMatchObject({ booked: 1, billed: 1 })
  })

  test('a free repeat does not begin another window', async () => {
    const stage = await begin({ people: 3 })
    await stage.run({ credits: FREE })
    await paidAgo(stage, 20 * DAY_MS)
    expect((await stage.run({ credits: FREE })).summary.credits.spent).toBe(0)
    await paidAgo(stage, 20 * DAY_MS)
    expect((await stage.run({ credits: FREE })).summary.credits.spent).toBe(3)
  })

  test('what a call may cost is reserved all the same: a budget of less than that opens nothing', async () => {
    const stage = await begin(generous)
    await stage.run({ credits: FREE })
    const { summary } = await stage.run({ credits: FREE }, { budget: 0.5 })
    expect(summary).toMatchObject({ stopReason: 'budget-spent', calls: { sent: 0 } })
    const third = await stage.run({ credits: FREE }, { budget: 1 })
    expect(third.summary).toMatchObject({
      stopReason: 'all-refreshed',
      credits: { spent: 0 },
      records: { refreshed: 12 },
    })
  })

  test('a call whose reply was lost is booked in full when it goes again: nobody knows that it was paid for', async () => {
    const stage = await begin({ people: 6, vendor: { freeRepeatMs: DAY_MS, faults: { resetAfter: { next: 1 } } } })
    const { summary } = await stage.run({
      credits: { ...FREE, balance: undefined },
      vendor: { limits: { maxConcurrent: 1 } },
    })
    expect(summary).toMatchObject({ records: { refreshed: 6 }, credits: { spent: 6, unknown: 1 } })
    expect(stage.vendor.bill.totals().lookupCredits).toBe(6)
  })

  test('select: false leaves them out, and counts them with those on cool-down', async () => {
    const stage = await begin({ people: 9 })
    const changes = { credits: { ...FREE, freeRepeat: { within: '30d', select: false } } }
    await stage.run(changes, { limit: 4 })
    const second = await stage.run(changes)
    expect(second.summary.records).toMatchObject({ selected: 5, refreshed: 5, coolingDown: 4 })
    await paidAgo(stage, 31 * DAY_MS, `"key" IN ('1', '2')`)
    const third = await stage.run(changes)
    expect(third.summary.records).toMatchObject({ selected: 2, refreshed: 2, coolingDown: 7 })
    expect(stage.billed()).toHaveLength(11)
  })

  test('nobody is told of a request where no repeats are free', async () => {
    const stage = await begin({ people: 2 })
    await stage.run()
    const rows = await stage.rows(`SELECT paid_at, paid_for FROM ${stage.own('memory')}`)
    expect(rows.map(({ paid_for }) => paid_for)).toEqual([null, null])
    expect(rows.every(({ paid_at }) => Number(paid_at) >= stage.beganAt)).toBe(true)
  })
})
