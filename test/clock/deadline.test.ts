import { expect, test } from 'vitest'
import { systemClock as vendorClock } from '../../src/simulator/clock.ts'
import { later } from '../integration/support/later.ts'
import { onOneStage } from '../integration/support/on-each-stage.ts'
import { charges, reached, until } from './resets.ts'

onOneStage((begin) => {
  test('a steady run takes its time, and has spent everything before it must stop', async () => {
    const stage = await begin({ people: 400, vendor: { allotment: 200, latencyMs: { min: 5, max: 10 } } })
    const { reset, config } = until(stage, 9_000, { job: { pace: 'steady', stopBeforeReset: '1s' } })
    const { summary, events } = await stage.run(config)
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 200 }, credits: { spent: 200 } })
    expect(vendorClock.now()).toBeLessThan(reset.at - 1_000)
    // At full pace it is over in a second.
    expect(summary.elapsedMs).toBeGreaterThan(2_500)
    const reasons = events.flatMap((event) => (event.type === 'progress' ? event.pace.reason : []))
    expect(reasons).toContainEqual(expect.stringMatching(/^spread: [\d.]+ calls a second are enough/))
  })

  test('jobs of the vendor are submitted so early that they can end before the reset, and their results are waited for', async () => {
    const vendor = { allotment: 3_000, jobMs: { min: 300, max: 900 }, chargeAt: 'reply' as const }
    const stage = await begin({ people: 2_000, vendor })
    const changes = later({ within: '1s' }, { job: { stopBeforeReset: '0s' }, vendor: { timeoutMs: 500 } })
    const { reset, config } = until(stage, 5_000, changes)
    const { summary } = await stage.run(config)
    expect(summary).toMatchObject({ status: 'stopped', stopReason: 'deadline', credits: { unknown: 0 } })
    await reached(reset.at + 1_000)
    const { before, after } = charges(stage, reset.at)
    expect(before).toBeGreaterThan(5)
    expect(after).toBe(0)
    expect(stage.vendor.bill.totals().lookupCredits).toBe(summary.credits.spent)
    expect(summary.records.refreshed).toBe(summary.credits.spent)
  })

  test('a call that a slow vendor charges late is not charged in the new cycle: timeoutMs is waited for', async () => {
    const vendor = { allotment: 500, latencyMs: { min: 700, max: 1_400 }, chargeAt: 'reply' as const }
    const stage = await begin({ people: 400, vendor })
    const changes = { job: { stopBeforeReset: '0s' }, vendor: { timeoutMs: 2_000, limits: { maxConcurrent: 8 } } }
    const { reset, config } = until(stage, 5_000, changes)
    const { summary } = await stage.run(config)
    expect(summary).toMatchObject({ stopReason: 'deadline', credits: { unknown: 0 } })
    await reached(reset.at + 100)
    const { before, after } = charges(stage, reset.at)
    expect({ after, spent: summary.credits.spent }).toEqual({ after: 0, spent: before })
    expect(before).toBeGreaterThanOrEqual(4)
  })
})
