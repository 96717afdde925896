import { expect, test } from 'vitest'
import { onBothStages } from '../integration/support/on-each-stage.ts'
import type { Watching } from '../integration/support/perform.ts'

onBothStages((begin) => {
  test('the pace is told with its reason, kept in the account, and the next run begins near it', async () => {
    const stage = await begin({ people: 260, vendor: { latencyMs: 8 } })
    const paces: { concurrency: number; reason: string }[] = []
    const watch: Watching = {
      onEvent: (event) => {
        if (event.type !== 'progress') return
        expect(event.summary.pace).toMatchObject({ concurrency: event.pace.concurrency, reason: event.pace.reason })
        paces.push(event.pace)
      },
    }
    const limits = { maxConcurrent: 6 }
    const first = await stage.run({ vendor: { limits }, job: { limit: 200 } }, {}, watch)
    expect(first.summary).toMatchObject({ status: 'completed', pace: null, records: { refreshed: 200 } })
    expect(paces[0]).toMatchObject({ concurrency: 1, reason: 'starts with one call at a time' })
    const [reached = 0] = paces.map(({ concurrency }) => concurrency).slice(-1)
    expect(reached).toBeGreaterThan(2)

    paces.length = 0
    await stage.run({ vendor: { limits }, job: { limit: 50 } }, {}, watch)
    expect(paces[0]?.concurrency).toBeGreaterThanOrEqual(2)
    expect(paces[0]?.reason).toMatch(/^starts at \d: the vendor handled \d before$/)
  })
})
