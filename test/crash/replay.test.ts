import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import type { ReplaySummary } from '../../src/index.ts'
import { raw } from '../../src/store/sql.ts'
import { onEachDatabaseInTheLongForm } from '../support/databases/databases.ts'
import { ownTable } from '../support/databases/of-database.ts'
import { DatabaseView } from './support/database-view.ts'
import { takeAway } from './support/outages.ts'
import { type Ended, endAll, type KillAt, type Place, startChild, startCli, summaryOf } from './support/processes.ts'
import { type Scene, type Stage, setStage } from './support/stage.ts'

/** As many as a pass may kill at; each is at another page, since a replay goes on where it was killed. */
const KILLS: readonly KillAt[] = [
  { statement: 6, when: 'after' },
  { transaction: 1, point: 'begin' },
  { transaction: 1, point: 'after 2' },
  { transaction: 1, point: 'after 4' },
  { transaction: 2, point: 'after 6' },
  { transaction: 2, point: 'uncommitted' },
  { transaction: 2, point: 'committing' },
  { transaction: 3, point: 'committed' },
]

/** Every third person of 200: what the wrong mapping finds nothing for. Fewer than what stops a run as a misfit. */
const USELESS = 66

let stage: Stage

/** The same place with the mapping as it should be. */
function corrected({ cwd, env }: Place): Place {
  const given = JSON.parse(env.SPENDDOWN_CASE ?? '{}') as object
  return { cwd, env: { ...env, SPENDDOWN_CASE: JSON.stringify({ ...given, mapping: 'right' }) } }
}

function replayed(ended: Ended): ReplaySummary {
  return summaryOf(ended) as unknown as ReplaySummary
}

const begin = async (changes: Partial<Scene>) => {
  stage = await setStage({ people: 200, credits: 400, keepReplies: '30d', mapping: 'wrong', ...changes })
  return new DatabaseView(stage.database)
}

/** What must hold at every instant: a record is all old or all new, and what it is the run's sums say. */
async function check(view: DatabaseView): Promise<{ fresh: number }> {
  const people = await view.people()
  const fresh = people.filter(({ title, echo, email }) => {
    const isNew = echo === email
    expect([email, isNew, title.startsWith('wrong') || title === 'before']).toEqual([email, isNew, !isNew])
    return isNew
  })
  const [run] = await view.runs()
  const { refreshed, failed } = await view.items()
  const mended = fresh.filter(({ id }) => id % 3 === 0).length
  expect({ run: run?.refreshed, refreshed, failed: failed ?? 0 }).toEqual({
    run: 200 - USELESS + mended,
    refreshed: 200 - USELESS + mended,
    failed: USELESS - mended,
  })
  return { fresh: fresh.length }
}

const content = async () => {
  const table = (name: string) => ownTable(stage.scene.dialect, name)
  const all = ['people', ...['run', 'item', 'call', 'memory'].map(table)].map((name) =>
    stage.database.connection.client.$queryRaw(raw(`SELECT * FROM ${name} ORDER BY 1, 2, 3`)),
  )
  return Promise.all(all)
}

afterEach(async () => {
  endAll()
  await stage.clear()
})

onEachDatabaseInTheLongForm('sqlite', (dialect) => {
  test('killed at every step of a page, a replay is all or nothing for each record, and the next goes on', async () => {
    const view = await begin({ dialect, maxConcurrent: 4 })
    const ran = await startCli(['run', 'month-end'], stage.place).ended
    expect(summaryOf(ran).records).toMatchObject({ refreshed: 200 - USELESS, failed: USELESS })
    const bill = stage.vendor.bill.totals()
    const place = corrected(stage.place)
    const progress: number[] = []
    for (const killAt of KILLS) {
      const { signal, stderr } = await startChild('replay', killAt, place).ended
      expect([killAt, signal], stderr).toEqual([killAt, 'SIGKILL'])
      progress.push((await check(view)).fresh)
    }
    expect(progress.at(-1)).toBeGreaterThan(0)
    expect(progress.at(-1)).toBeLessThan(200)
    const last = await startChild('replay', null, place).ended
    expect(last.code ?? 0, last.stderr).toBe(0)
    expect(replayed(last).records).toMatchObject({ covered: 200, unreadable: 0, rejected: 0, gone: 0, superseded: 0 })
    expect(await check(view)).toEqual({ fresh: 200 })
    const [run] = await view.runs()
    expect(run).toMatchObject({ refreshed: 200, spent: 200, held: 0 })

    const before = await content()
    const again = await startCli(['replay'], place).ended
    expect(again.code, again.stderr).toBe(0)
    expect(replayed(again).records).toMatchObject({ changed: 0, unchanged: 200, mended: 0 })
    expect(await content()).toEqual(before)
    expect(stage.vendor.bill.totals()).toEqual(bill)
  })

  test('replies that waited in the journal are kept as well', async () => {
    const slow = { latencyMs: { min: 100, max: 200 } }
    const view = await begin({ dialect, unavailableFor: '2s', vendor: slow })
    const run = startCli(['run', 'month-end'], stage.place)
    while (stage.vendor.stats.calls < 40 && run.running()) await sleep(2)
    const away = takeAway(stage, 10_000)
    const stopped = await run.ended
    expect(stopped.code, stopped.stderr).toBe(3)
    expect(stopped.stderr + stopped.stdout).toContain('journal')
    await away
    stage.vendor.behave({ latencyMs: { min: 5, max: 30 } })
    const resumed = await startCli(['resume'], stage.place).ended
    expect(resumed.code, resumed.stderr).toBe(0)
    const again = replayed(await startCli(['replay'], corrected(stage.place)).ended)
    expect(again).toMatchObject({ replies: { read: 200 }, records: { covered: 200, changed: 200, mended: USELESS } })
    expect(await check(view)).toEqual({ fresh: 200 })
  })

  test('a replay after a crash leaves the run to be resumed as one whose process died', async () => {
    const view = await begin({ dialect, keys: true, vendor: { latencyMs: { min: 50, max: 100 } } })
    const run = startCli(['run', 'month-end'], stage.place)
    while (stage.vendor.stats.calls < 60 && run.running()) await sleep(2)
    run.kill('SIGKILL')
    await run.ended
    const open = await view.calls('open')
    expect(open).toBeGreaterThan(0)
    const place = corrected(stage.place)
    const early = await startCli(['replay'], place).ended
    expect(early.code, early.stderr).toBe(0)
    expect(replayed(early).records.changed).toBeGreaterThan(0)
    expect(await view.calls('open')).toBe(open)
    const runs = ownTable(dialect, 'run')
    const [crashed] = await stage.database.connection.client.$queryRaw<Record<string, unknown>[]>(
      raw(`SELECT status, abandoned_at FROM ${runs}`),
    )
    expect(crashed).toEqual({ status: 'running', abandoned_at: expect.any(BigInt) })
    const resumed = await startCli(['resume'], stage.place).ended
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(summaryOf(resumed).records).toMatchObject({ remaining: 0 })
    await startCli(['replay'], place).ended
    expect(await check(view)).toEqual({ fresh: 200 })
    expect(stage.vendor.bill.totals().recordsChargedMoreThanOnce).toBe(0)
  })
})
