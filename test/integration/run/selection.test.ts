import { expect, test } from 'vitest'
import { dryRun } from '../../../src/app/run/dry-run.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { RunOptions } from '../../../src/index.ts'
import type { Changes } from '../support/config.ts'
import { onBothStages } from '../support/on-each-stage.ts'
import { emailOf, type Stage } from '../support/stage.ts'

async function itemsOf(stage: Stage): Promise<number> {
  const [row] = await stage.rows(`SELECT count(*) AS n FROM ${stage.own('item')}`)
  return Number(row?.n)
}

async function forecast(stage: Stage, changes: Changes = {}, what: RunOptions = {}) {
  const resolved = resolveConfig(stage.config(changes))
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return dryRun(resolved.config, what)
}

onBothStages((begin) => {
  test('eligible, the job and the flags select together', async () => {
    const people = [
      ...Array.from({ length: 8 }, (_, at) => ({ id: at + 1 })),
      { id: 9, email: null },
      { id: 10, email: null },
    ]
    const stage = await begin({ people })
    await stage.run(
      { job: { where: { country: 'US' } } },
      { job: 'month-end', where: { id: { gt: 2 } }, filters: ['id<=7'] },
    )
    expect(await stage.refreshed()).toEqual([3, 5, 7])
  })

  test.each<[string, RunOptions, number[]]>([
    ['--where', { where: { OR: [{ id: 2 }, { email: { startsWith: 'p1' } }], NOT: { id: 10 } } }, [1, 2, 11, 12]],
    ['--where with in, notIn, gte', { where: { id: { gte: 10 }, country: { notIn: ['US'] } } }, [10, 12]],
    ['--filter, repeated', { filters: ['country=DE', 'id!=4', 'id<7'] }, [2, 6]],
    ['--ids', { ids: ['4', '11', '1', '999'] }, [1, 4, 11]],
    ['--ids with a filter', { ids: ['4', '11', '1'], filters: ['country=US'] }, [1, 11]],
    ['--limit', { filters: ['id>3'], limit: 3 }, [4, 5, 6]],
  ])('%s makes a run of its own, with the defaults', async (_name, what, ids) => {
    const stage = await begin({ people: 12 })
    const { summary } = await stage.run({ job: { where: { id: 0 }, budget: 1, limit: 1 } }, what)
    const stopReason = what.limit === undefined ? 'all-refreshed' : 'limit-reached'
    expect(summary).toMatchObject({ job: 'manual', status: 'completed', stopReason })
    expect(summary.credits.budget).toBe(1_000)
    expect(await stage.refreshed()).toEqual(ids)
  })

  test('values are parameters: a quote is a quote', async () => {
    const stage = await begin({ people: [{ id: 1, country: `x' OR '1'='1` }, { id: 2 }] })
    await stage.run({}, { where: { country: `x' OR '1'='1` } })
    expect(await stage.refreshed()).toEqual([1])
  })

  test('ids are taken once, however often they are named', async () => {
    const stage = await begin({ people: 5 })
    const { summary } = await stage.run({}, { ids: ['2', '2', ' 3', '', '3'] })
    expect(summary.records).toMatchObject({ selected: 2, refreshed: 2 })
  })

  test('the selection takes no more than the budget reaches', async () => {
    const stage = await begin({ people: 300, vendor: { allotment: 40 } })
    const { summary } = await stage.run()
    expect(summary.records.selected).toBe(40)
    expect(await itemsOf(stage)).toBe(40)
    expect(summary.credits.spent).toBe(40)
  })

  test('it takes more, in the same order, when misses leave credits over', async () => {
    const missing = new Set(Array.from({ length: 20 }, (_, at) => emailOf(at + 1)))
    const stage = await begin({ people: 400, vendor: { allotment: 40, misses: (key) => missing.has(key) } })
    const { summary } = await stage.run()
    expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 40 } })
    expect(summary.records).toMatchObject({ notFound: 20, refreshed: 40 })
    expect(await stage.refreshed()).toEqual(Array.from({ length: 40 }, (_, at) => at + 21))
    expect(await itemsOf(stage)).toBe(summary.records.selected)
    expect(summary.records.selected).toBeGreaterThanOrEqual(60)
    expect(summary.records.selected).toBeLessThanOrEqual(40 + 100)
  })

  test('a limit that is given and is no number of records is refused, and spends nothing', async () => {
    const stage = await begin({ people: 3 })
    for (const limit of [null, 0, 1.5]) {
      const refused = stage.run({}, { limit: limit as number })
      await expect(refused).rejects.toMatchObject({ problems: [{ path: '--limit', found: String(limit) }] })
    }
    expect(stage.vendor.stats.calls).toBe(0)
  })

  test('a limit bounds the selection even when misses leave credits over', async () => {
    const stage = await begin({ people: 50, vendor: { matchRate: 0 } })
    const { summary } = await stage.run({ job: { limit: 12 } })
    expect(summary).toMatchObject({
      stopReason: 'limit-reached',
      records: { selected: 12, notFound: 12, remaining: 0 },
    })
  })

  test('a dry run says how many, the first ten and the cost, and spends and keeps nothing', async () => {
    const stage = await begin({ people: 30, vendor: { allotment: 25 } })
    const told = await forecast(stage, { job: { reserve: 5 } })
    expect(told).toMatchObject({
      dryRun: true,
      job: 'month-end',
      vendor: 'simulated',
      records: { eligible: 30, coolingDown: 0, selected: 20 },
      credits: { budget: 20, reserve: 5, balance: 25, atMost: 20 },
    })
    expect(told.first.map(({ key }) => key)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'])
    expect(stage.vendor.stats.calls).toBe(0)
    expect(await stage.rows(`SELECT * FROM ${stage.own('run')}`)).toEqual([])
    expect(await stage.refreshed()).toEqual([])
  })

  test('a dry run tells of cool-downs and takes the flags of a run', async () => {
    const stage = await begin({ people: 8, vendor: { misses: (key) => key === emailOf(4) } })
    await stage.run()
    const told = await forecast(stage, {}, { where: { id: { lte: 6 } }, limit: 2, budget: 4 })
    expect(told).toMatchObject({
      records: { eligible: 5, coolingDown: 1, selected: 2 },
      credits: { budget: 4, atMost: 2 },
    })
    expect(told.first).toHaveLength(2)
  })
})
