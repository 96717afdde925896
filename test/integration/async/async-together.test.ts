import { expect, test } from 'vitest'
import { later, openJobs, stopWithJobs, together } from '../support/later.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { goOn } from '../support/perform.ts'
import { booksOf, idOf } from '../support/stage.ts'

const SLOW_JOBS = { jobMs: { min: 100, max: 400 } }

onEachStage((begin) => {
  test('several jobs are asked after in one request, and each is read and paid for as it would be alone', async () => {
    const stage = await begin({ people: 95, vendor: { ...SLOW_JOBS, misses: (key) => idOf(key) % 10 === 3 } })
    const asked: string[][] = []
    const { summary } = await stage.run(later(together(asked as never)))
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed' })
    expect(summary.records).toMatchObject({ refreshed: 85, notFound: 10, failed: 0 })
    expect(booksOf(summary, stage)).toEqual({ spent: 85, billed: 85, refreshed: 85 })
    expect(asked.length).toBeGreaterThan(0)
    const sizes = asked.map(({ length }) => length)
    expect([Math.min(...sizes) >= 2, Math.max(...sizes) <= 4]).toEqual([true, true])
    expect(asked.every((ids) => new Set(ids).size === ids.length)).toBe(true)
    expect(await openJobs(stage)).toEqual([])
  })

  test('the process after one that stopped asks after all of its jobs together, and submits none again', async () => {
    const stage = await begin({ people: 25, vendor: { jobMs: 1_500 } })
    await stopWithJobs(stage, later(together()), {}, 2)
    const left = (await openJobs(stage)).map((row) => row.vendor_job)
    expect(left.length).toBeGreaterThan(1)
    const asked: string[][] = []
    const { summary } = await goOn(stage.config(later(together(asked as never))))
    expect(asked[0]?.slice().sort()).toEqual(left.sort())
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 25 }, credits: { spent: 25 } })
    expect(stage.vendor.bill.totals()).toMatchObject({ lookupCredits: 25, mostChargesOfARecord: 1 })
  })
})
