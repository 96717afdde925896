import { expect, test } from 'vitest'
import { onEachStage } from './support/on-each-stage.ts'
import { scriptedVendor } from './support/scripted-vendor.ts'

onEachStage((begin) => {
  test('balances in replies alone: the last one keeps every later run of the cycle off the reserve, not just the next', async () => {
    const stage = await begin({ people: 40 })
    const bill = { left: 16, calls: 0 }
    const { url } = await scriptedVendor(() => {
      bill.calls += 1
      bill.left -= 2
      return { headers: { 'x-credits-remaining': String(bill.left) }, body: { data: { job_title: 'fresh' } } }
    })
    const changes = {
      vendor: { baseUrl: url },
      credits: { balance: undefined, charged: undefined, cost: { per: 'record', credits: 2 } },
      job: { budget: 30, reserve: 11 },
    } as const
    for (const calls of [2, 2, 2, 2]) {
      const { summary } = await stage.run(changes)
      expect([summary.stopReason, bill.calls, summary.credits.balance]).toEqual(['credits-exhausted', calls, 12])
    }
    // Where the reserve was spent for once, the next run still knows what is left.
    await stage.run({ ...changes, job: { budget: 30, reserve: 0 } }, { limit: 1 })
    expect(bill.left).toBe(10)
    expect((await stage.run(changes)).summary.credits.balance).toBe(10)
    expect(bill.calls).toBe(3)
  })
})
