import { expect, test } from 'vitest'
import { pastRun } from '../../../src/app/past/past-runs.ts'
import { onEachStage } from '../support/on-each-stage.ts'

onEachStage((begin) => {
  test('what the credits have changed is counted by column and age, over a stop and a resume, once', async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 500, latencyMs: { min: 3, max: 9 } } })
    const { summary: first } = await stage.run(
      {},
      {},
      {
        onEvent: ({ type }, handle) => {
          if (type === 'item' && stage.vendor.bill.totals().charges >= 20) handle().stop()
        },
      },
    )
    expect(first.status).toBe('stopped')
    expect(first.changes?.compared).toBe(first.records.refreshed)
    const { summary } = await stage.run()
    expect(summary).toMatchObject({ runId: first.runId, records: { refreshed: 60 } })
    expect(summary.changes).toMatchObject({ compared: 60, changed: 60, columns: { job_title: 60, company: 60 } })
    const byAge = summary.changes?.byAge ?? []
    expect(byAge.reduce((sum, { compared }) => sum + compared, 0)).toBe(60)
    // The same again: fresh already, and nothing differs.
    const { summary: again } = await stage.run({}, { limit: 10 })
    expect(again.changes).toMatchObject({ compared: 10, changed: 0, columns: {} })
    expect(again.changes?.byAge[1]).toEqual({ fromDays: 0, toDays: 30, compared: 10, changed: 0 })
    const { url } = stage.database
    const kept = await pastRun({ database: { url, dialect: stage.dialect } as never, vendor: null }, again.runId)
    expect(kept?.changes).toEqual(again.changes)
  })
})
