import { expect, test } from 'vitest'
import { reportData } from '../../../src/app/report/report-data.ts'
import { ended } from '../../../src/domain/run/run.ts'
import { onBothStages } from '../support/on-each-stage.ts'

onBothStages((begin) => {
  test('the course of a run goes from its first checkpoint to its end, over a stop and a resume', async () => {
    const stage = await begin({ people: 120, vendor: { allotment: 500, latencyMs: { min: 10, max: 30 } } })
    const limits = { maxConcurrent: 2 }
    const { summary: first } = await stage.run(
      { vendor: { limits } },
      {},
      {
        onEvent: ({ type }, handle) => {
          if (type === 'item' && stage.vendor.bill.totals().charges >= 60) handle().stop()
        },
      },
    )
    const { summary } = await stage.run({ vendor: { limits } })
    expect(summary).toMatchObject({ runId: first.runId, records: { refreshed: 120 } })

    const data = await reportData(stage.database.connection, summary.runId, Date.now())
    const course = data?.snapshots ?? []
    expect(course.length).toBeGreaterThanOrEqual(4)
    expect(ended(course[0]?.items ?? summary.records)).toBe(0)
    const last = course.at(-1)
    expect(last).toMatchObject({ items: { refreshed: 120 }, calls: summary.calls, activeMs: summary.elapsedMs })
    expect(new Date(last?.at ?? 0).toISOString()).toBe(summary.endedAt)
    expect([(last?.spent ?? 0) / 1e6, (last?.unknown ?? 0) / 1e6]).toEqual([
      summary.credits.spent,
      summary.credits.unknown,
    ])
    for (const [before, after] of course.slice(1).map((each, at) => [course[at], each] as const)) {
      expect(after.spent).toBeGreaterThanOrEqual(before?.spent ?? 0)
      expect(after.activeMs).toBeGreaterThan(before?.activeMs ?? 0)
    }
    // Every call's latency is in one of them.
    const latencies = course.flatMap((each) => Object.values(each.latencies)).reduce((sum, count) => sum + count, 0)
    expect(latencies).toBe(summary.calls.sent)
    expect(course.every(({ pace }) => pace !== null && pace.concurrency >= 1 && pace.reason.length > 0)).toBe(true)
  })
})
