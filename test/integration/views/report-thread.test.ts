import { expect, test } from 'vitest'
import { reportData } from '../../../src/app/report/report-data.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { onOneStage } from '../support/on-each-stage.ts'

type Built = Pick<typeof import('../../../src/app/report/report-thread.ts'), 'reportDataAside'>

onOneStage((begin) => {
  test('what a thread of its own reads of a run is what this one reads, and the thread ends', async () => {
    const { reportDataAside } = (await import(
      new URL('../../../build/app/report/report-thread.js', import.meta.url).href
    )) as Built
    const stage = await begin({ people: 30, vendor: { allotment: 100, matchRate: 0.8, seed: 5 } })
    const { summary } = await stage.run({ records: { keepChanges: true } })
    const resolved = resolveConfig(stage.config())
    if ('problems' in resolved) throw new Error('the config is wrong')
    const { database } = resolved.config
    const { connection } = stage.database
    const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
    const before = threads()
    const now = Date.now()
    const aside = await reportDataAside(database, connection, summary.runId, now, 0)
    expect(aside).toEqual(await reportData(connection, summary.runId, now))
    expect(aside?.run.items.refreshed).toBeGreaterThan(0)
    expect(threads()).toBe(before)
    expect(await reportDataAside(database, connection, 'nope', now, 0)).toBeNull()
  })
})
