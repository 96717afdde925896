import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { dashboardData } from '../../../src/app/dashboard/dashboard-data.ts'
import type { Config } from '../../../src/config/config.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { troubleOf } from '../../../src/dashboard/pages/trouble.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import { emailOf, type Stage } from '../support/stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

const SCHEDULED = { job: { reserve: 100, schedule: { beforeReset: '12h' } } }

function resolved(stage: Stage): Config {
  const found = resolveConfig(stage.config(SCHEDULED))
  if ('problems' in found) throw new Error(JSON.stringify(found.problems))
  return found.config
}

function dataOf(config: Config) {
  const data = dashboardData(config, { log: silent, now: Date.now, monotonic: () => performance.now() })
  cleanUps.push(() => data.close())
  return data
}

const ANY = { after: 0, key: null, prefix: false, state: null }

onOneStage((begin) => {
  test('where nothing has run, it says that, and makes nothing', async () => {
    const stage = await begin()
    const data = dataOf(resolved(stage))
    expect(await data.account()).toMatchObject({ balance: null, open: null, latest: [], jobs: [] })
    expect(await data.runs(null, 5)).toEqual({ runs: [], next: null })
    expect([await data.run('x'), await data.items('x', ANY, 5), await data.course('x')]).toEqual([null, null, null])
    expect((await data.unknown()).calls).toEqual([])
    const judgement = expect.objectContaining({ verdict: 'unknown', cause: 'balance-unknown', atStake: null })
    expect(await data.glance()).toEqual({ open: null, sign: '', judgement })
    const tables = await stage.rows("SELECT name FROM sqlite_master WHERE name LIKE 'spenddown%'")
    expect(tables).toEqual([])
  })

  test('the account stands as the books have it, and no page asks the vendor', async () => {
    const stage = await begin({ people: 40, vendor: { allotment: 500, misses: (key) => key === emailOf(3) } })
    await stage.run(SCHEDULED, { limit: 10 })
    const asked = stage.vendor.stats
    const data = dataOf(resolved(stage))
    const first = await data.account()
    expect(first).toMatchObject({ balance: 491, held: 0, unknown: 0, open: null, forecast: { kind: 'counting' } })
    expect(first.jobs).toMatchObject([{ job: 'month-end', reserve: 100, decision: { kind: 'wait' }, chosen: true }])
    await expect.poll(async () => (await data.account()).forecast.kind).toBe('made')
    const { forecast, sign } = await data.account()
    if (forecast.kind !== 'made') throw new Error('there is none')
    expect(forecast.forecast.unused).toMatchObject({ spendable: 391 })
    expect(forecast.forecast.plans).toMatchObject([{ records: { eligible: 39, coolingDown: 1 } }])
    expect(sign).not.toBe(first.sign)
    expect(stage.vendor.stats).toEqual(asked)
  })

  test('a run is there in depth, with its items, what is remembered of a record, and its course', async () => {
    const stage = await begin({ people: 12, vendor: { misses: (key) => key === emailOf(3) } })
    const { summary } = await stage.run(SCHEDULED)
    const data = dataOf(resolved(stage))
    expect(await data.run(summary.runId)).toMatchObject({ summary, atWork: null, table: 'people', prunedAt: null })
    const missed = await data.items(summary.runId, { ...ANY, state: 'notFound' }, 5)
    expect(missed).toMatchObject({ items: [{ key: '3', seq: 3, attempts: 0 }], next: null, memory: null })
    const found = await data.items(summary.runId, { ...ANY, key: '4' }, 5)
    expect(found).toMatchObject({ items: [{ key: '4' }], memory: { outcome: 'refreshed', paidAt: expect.any(Number) } })
    expect((await data.course(summary.runId))?.at(-1)?.items.refreshed).toBe(11)
    const report = await data.report(summary.runId)
    expect(report?.name).toMatch(/^20\d\d-.*\.html$/)
    expect(report?.html).toContain('11')
  })

  test('what a killed run holds is the same on every page', async () => {
    const stage = await begin({ people: 5, vendor: { allotment: 500 } })
    const { summary } = await stage.run(SCHEDULED)
    // As a process leaves it that is killed.
    await stage.execute(
      `UPDATE ${stage.own('call')} SET state = 'open' WHERE n = 1`,
      `UPDATE ${stage.own('run')} SET status = 'running', ended_at = NULL, held = (SELECT reservation FROM ${stage.own('call')} WHERE n = 1)`,
    )
    const data = dataOf(resolved(stage))
    const [account, run, unknown] = [await data.account(), await data.run(summary.runId), await data.unknown()]
    expect([account.held, account.unknown, run?.summary.credits.unknown, unknown.holds]).toEqual([1, 1, 1, 1])
  })

  test('a database that is unreachable, and one that comes back, are noticed', async () => {
    const stage = await begin({ people: 5 })
    await stage.run(SCHEDULED)
    const config = resolved(stage)
    const file = config.database.file ?? ''
    await rename(file, `${file}.away`)
    const data = dataOf(config)
    await expect(data.account()).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' })
    await expect(data.runs(null, 5)).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' })
    // And nobody makes an empty one in its place.
    await expect(data.controlRun('pause', 'x', 'me')).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' })
    expect(existsSync(file)).toBe(false)
    await rename(`${file}.away`, file)
    expect((await data.runs(null, 5)).runs).toHaveLength(1)
  })

  test('a page that is asked for while it closes is told to wait, and is no failure', async () => {
    const stage = await begin({ people: 5, vendor: { allotment: 500 } })
    await stage.run(SCHEDULED)
    const data = dataOf(resolved(stage))
    await data.account()
    const underWay = [data.account(), data.runs(null, 5), data.unknown()]
    const closed = data.close()
    const ends = await Promise.allSettled([...underWay, data.account()])
    await closed
    const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
    expect(failed.map((error) => troubleOf(error).status)).not.toContain(500)
    await expect(data.runs(null, 5)).rejects.toSatisfy((error) => troubleOf(error).status === 503)
  })

  test('tables of an older version are told as that', async () => {
    const stage = await begin({ people: 5 })
    await stage.run(SCHEDULED)
    await stage.execute(`ALTER TABLE ${stage.own('run')} DROP COLUMN control_request`)
    await expect(dataOf(resolved(stage)).account()).rejects.toMatchObject({ code: 'DATABASE_OLDER' })
  })
})
