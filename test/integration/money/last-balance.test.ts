import { expect, test } from 'vitest'
import { onEachStage } from '../support/on-each-stage.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'

onEachStage((begin) => {
  test('balances in replies alone: the last one keeps every later run of the cycle off the reserve, not just the next', async () => {
    const stage = await begin({ people: 40 })
    const bill = { left: 16, calls: 0 }
    let isSilent = false
    const { url } = await scriptedVendor(() => {
      bill.calls += 1
      bill.left -= 2
      const headers = { 'x-credits-remaining': String(bill.left) }
      return { ...(!isSilent && { headers }), body: { data: { job_title: 'fresh' } } }
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
    // A reply that tells none leaves the last one less what it cost: with a reserve of 10, one call and no more.
    isSilent = true
    const lower = { ...changes, job: { budget: 30, reserve: 10 } } as const
    for (const calls of [3, 3]) {
      const { summary } = await stage.run(lower)
      expect([summary.stopReason, bill.calls, summary.credits.balance]).toEqual(['credits-exhausted', calls, 10])
    }
    expect(bill.left).toBe(10)
  })
})
