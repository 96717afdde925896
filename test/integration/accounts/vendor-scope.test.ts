import { describe, expect, test } from 'vitest'
import { pastRun, pastRuns } from '../../../src/app/past/past-runs.ts'
import { csvReport, makeReport } from '../../../src/app/report/report.ts'
import type { Config } from '../../../src/config/config.ts'
import { checkedConfig } from '../../../src/config/resolve-config.ts'
import type { SpenddownConfig } from '../../../src/index.ts'
import { onOneStage } from '../support/on-each-stage.ts'

onOneStage((begin) => {
  test('two configs on one database: each is answered with the runs of its own vendor', async () => {
    const stage = await begin({ people: 6 })
    const other = { vendor: { name: 'another' } }
    const mine = (await stage.run({}, { limit: 2 })).summary
    const its = (await stage.run(other, { limit: 3 })).summary
    const [config, another] = [checkedConfig(stage.config()), checkedConfig(stage.config(other))]
    const scope = ({ database, vendor }: Config) => ({ database, vendor: vendor.name })
    const ids = async (where: Parameters<typeof pastRuns>[0]) => (await pastRuns(where, 9)).map(({ runId }) => runId)

    expect(await ids(scope(config))).toEqual([mine.runId])
    expect(await ids(scope(another))).toEqual([its.runId])
    expect(await ids({ ...scope(config), vendor: null })).toEqual([its.runId, mine.runId])
    expect(await pastRun(scope(config), null)).toMatchObject({ runId: mine.runId, vendor: 'simulated' })
    expect(await pastRun(scope(config), its.runId)).toBeNull()
    expect(await pastRun({ ...scope(config), vendor: null }, its.runId)).toMatchObject({ vendor: 'another' })

    const now = Date.now()
    expect((await makeReport(config, null, now)).run.runId).toBe(mine.runId)
    expect((await makeReport(config, null, now, null)).run.runId).toBe(its.runId)
    const refused = expect.objectContaining({ code: 'RUN_NOT_FOUND', message: expect.stringContaining('"another"') })
    await expect(makeReport(config, its.runId, now)).rejects.toEqual(refused)
    await expect(csvReport(scope(config), its.runId, async () => {})).rejects.toEqual(refused)
  })

  describe('a run by hand leaves what the jobs leave', () => {
    const by = { filters: ['id<=30'], budget: 100 }

    test.each([
      ['of the only job', { nightly: { reserve: 7 } }, 7],
      ['the largest of several', { nightly: { reserve: 4 }, monthly: { reserve: 9 } }, 9],
      ['the largest, a share among them', { nightly: { reserve: 4 }, monthly: { reserve: '30%' } }, 6],
      ['nothing where there is no job', {}, 0],
    ])('%s', async (_, jobs, reserve) => {
      const stage = await begin({ people: 30, vendor: { allotment: 20 } })
      const { summary } = await stage.run({ jobs: jobs as SpenddownConfig['jobs'] }, by)
      expect(summary.credits).toMatchObject({ reserve, spent: 20 - reserve })
      expect(stage.vendor.account.remaining).toBe(reserve)
    })

    test('unless it says otherwise', async () => {
      const stage = await begin({ people: 30, vendor: { allotment: 20 } })
      const { summary } = await stage.run({ jobs: { nightly: { reserve: 7 } } }, { ...by, reserve: 2 })
      expect(summary.credits).toMatchObject({ reserve: 2, spent: 18 })
    })
  })
})
