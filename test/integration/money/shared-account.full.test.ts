import { expect, test } from 'vitest'
import { Daemon } from '../../../src/app/daemon/daemon.ts'
import { tick } from '../../../src/app/daemon/tick.ts'
import { examine } from '../../../src/app/health/doctor.ts'
import { plan } from '../../../src/app/plan/plan.ts'
import { startRun } from '../../../src/app/run/run.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { RunEvent, RunSummary } from '../../../src/index.ts'
import type { Changes } from '../support/config.ts'
import { onBothStages, onOneStage } from '../support/on-each-stage.ts'
import { goOn, type Watching } from '../support/perform.ts'
import { booksOf, type Stage } from '../support/stage.ts'

const DAY = 86_400_000
const C = 1_000_000
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** A daily load of people who were never loaded, and a refresh of the rest that leaves it what it will need. */
function two(reserve: object | string | number = 'auto'): Changes {
  const resetAt = Math.floor(Date.now() / DAY + 3) * DAY
  return {
    credits: { cycle: { resetsAt: () => new Date(resetAt) } },
    jobs: {
      daily: { priority: 10, where: { id: { lte: 40 }, job_title: 'before' } },
      'month-end': { where: { id: { gt: 40 } }, reserve: reserve as number },
    },
  }
}

/** Ten days on each of which the daily load used so many credits, just after midnight. */
async function usedEachDay(stage: Stage, credits: number): Promise<void> {
  await stage.run(two(0), { job: 'daily', budget: 0 })
  const today = Math.floor(Date.now() / DAY) * DAY
  const rows = Array.from(
    { length: 10 },
    (_, n) =>
      `('past-${n}', 'daily', 'simulated', 'people', 'completed', '{}', 'h', 0, 0, ${credits * C}, ${today - (n + 1) * DAY + 1_000})`,
  )
  await stage.execute(
    `INSERT INTO ${stage.own('run')} (id, job, vendor, source, status, spec, spec_hash, budget, reserve, spent, created_at) VALUES ${rows.join(', ')}`,
  )
}

function stopAfter(stage: Stage, charges: number): Watching {
  return {
    onEvent: ({ type }, handle) => {
      if (type === 'item' && stage.vendor.bill.totals().charges >= charges) handle().stop()
    },
  }
}

function configOf(stage: Stage, changes: Changes) {
  const resolved = resolveConfig(stage.config(changes))
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

onBothStages((begin) => {
  test('the refresh leaves the daily load what it will need, and the daily load finds it', async () => {
    const stage = await begin({ people: 240, vendor: { allotment: 150 } })
    await usedEachDay(stage, 20)
    const planned = await plan(configOf(stage, two()), 'month-end', silent)
    const { summary, logs } = await stage.run(two(), { job: 'month-end' })
    const { reserve } = summary.credits
    // Two days of 20, and something for what ten days cannot know.
    expect(reserve).toBeGreaterThan(40)
    expect(reserve).toBeLessThan(75)
    expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { budget: 150 - reserve, balance: reserve } })
    expect(stage.vendor.account.remaining).toBe(reserve)
    const how = `auto: ${reserve} credits for "daily" until ${planned.cycle.endAt.replace('.000Z', 'Z')}, 95 %: 10 days of use of 20`
    expect(planned.credits).toMatchObject({ reserve, spendable: 150 - reserve })
    expect(planned.credits.reserveHow).toContain(how)
    expect(logs.find(({ message }) => message === 'the reserve is worked out')?.fields.how).toContain(how)
    const daily = await stage.run(two(), { job: 'daily' })
    expect(daily.summary).toMatchObject({ stopReason: 'all-refreshed', records: { refreshed: 40 } })
    expect(stage.vendor.bill.totals().recordsChargedMoreThanOnce).toBe(0)
  })

  test('a run that goes on lets go of what is no longer needed, and never takes back what it let go', async () => {
    const stage = await begin({ people: 240, vendor: { allotment: 150, latencyMs: 3 } })
    await usedEachDay(stage, 20)
    const first = await stage.run(two(), { job: 'month-end' }, stopAfter(stage, 20))
    expect(first.summary.stopReason).toBe('interrupted')
    const used = (credits: number) =>
      stage.execute(`UPDATE ${stage.own('run')} SET spent = ${credits * C} WHERE id LIKE 'past-%'`)
    await used(60)
    const second = await goOn(stage.config(two()), null, stopAfter(stage, 40))
    expect(second.summary.credits.reserve).toBe(first.summary.credits.reserve)
    await used(10)
    const { summary } = await goOn(stage.config(two()))
    const { reserve } = summary.credits
    expect(reserve).toBeLessThanOrEqual(Math.ceil(first.summary.credits.reserve / 2))
    expect(summary.credits).toMatchObject({ budget: 150 - reserve, spent: 150 - reserve, balance: reserve })
    expect(stage.vendor.account.remaining).toBe(reserve)
    expect(booksOf(summary, stage)).toMatchObject({ spent: 150 - reserve, billed: 150 - reserve })
  })

  test('a share is of the first balance of the billing cycle, also in a later run and after a resume', async () => {
    const stage = await begin({ people: 240, vendor: { allotment: 200, latencyMs: 2 } })
    const first = await stage.run(two('10%'), { job: 'month-end', limit: 50 })
    expect(first.summary.credits).toMatchObject({ reserve: 20, spent: 50 })
    await stage.run(two('10%'), { job: 'month-end' }, stopAfter(stage, 70))
    const { summary } = await goOn(stage.config(two('10%')))
    expect(summary.credits).toMatchObject({ reserve: 20, budget: 130, balance: 20 })
    const [one, other] = await stage.rows(`SELECT balance, spent FROM ${stage.own('balance_reading')} ORDER BY at`)
    expect([one, other].map((row) => [Number(row?.balance) / C, Number(row?.spent) / C])).toEqual([
      [200, 0],
      [150, 50],
    ])
  })
})

onOneStage((begin) => {
  test('the schedule: the daily load first, then the refresh, and once no load is to come, what that left', async () => {
    const stage = await begin({ people: 240, vendor: { allotment: 190 } })
    await usedEachDay(stage, 20)
    const { jobs, ...rest } = two()
    const config = configOf(stage, {
      ...rest,
      jobs: {
        'month-end': { ...jobs?.['month-end'], schedule: { beforeReset: '100h' } },
        daily: { ...jobs?.daily, schedule: '0 0 * * *' },
      },
    })
    const next = async () => {
      const ticked = await tick(config, { log: silent, now: Date.now })
      const summary = ticked.due === null ? null : await startRun(config, ticked.due).summary
      return { ...ticked.chosen, summary }
    }
    // One that could not be begun a moment ago keeps no other from its turn.
    const refused = await tick(config, { log: silent, now: Date.now, last: new Set(['daily']) })
    expect(refused.chosen.job).toBe('month-end')
    // The first daily run of today had a budget of nothing, by hand: the schedule's own is still due.
    expect(await next()).toMatchObject({
      job: 'daily',
      decision: { kind: 'start' },
      summary: { credits: { spent: 40 } },
    })
    const { job, reserve, summary } = await next()
    expect(job).toBe('month-end')
    expect(summary?.credits).toMatchObject({ reserve: reserve.credits / C, balance: reserve.credits / C })
    expect(reserve.credits / C).toBeGreaterThan(40)
    expect(await next()).toMatchObject({ decision: { kind: 'wait', because: 'done' }, summary: null })
    await stage.execute(`UPDATE ${stage.own('run')} SET spent = 0 WHERE id LIKE 'past-%'`)
    expect(await next()).toMatchObject({
      job: 'month-end',
      decision: { kind: 'start', why: expect.stringContaining(`left ${reserve.credits / C} credits for others`) },
      summary: { credits: { reserve: 0, spent: reserve.credits / C, balance: 0 } },
    })
    expect(await next()).toMatchObject({ decision: { because: 'done' } })
    expect(stage.vendor.bill.totals().lookupCredits).toBe(190)
  })

  test('no run of the daily load is known: what the config says is kept', async () => {
    const stage = await begin({ people: 240, vendor: { allotment: 150 } })
    const { summary } = await stage.run(two({ auto: true, atLeast: 70 }), { job: 'month-end' })
    expect(summary.credits).toMatchObject({ reserve: 70, spent: 80, balance: 70 })
  })

  test('--reserve takes a share, and says what it takes where it is given something else', async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 40 } })
    const { summary } = await stage.run(two(), { job: 'month-end', reserve: '50%' })
    expect(summary.credits).toMatchObject({ reserve: 20 })
    for (const reserve of ['auto', '120%', 'x', -1])
      await expect(stage.run(two(), { job: 'month-end', reserve })).rejects.toMatchObject({
        code: 'RUN_INVALID',
        problems: [{ path: '--reserve', allowed: expect.stringContaining('a number of credits, 0 or more') }],
      })
  })

  test('doctor notes jobs that leave each other nothing, and no others', async () => {
    const stage = await begin({ people: 3 })
    const noted = async (changes: Changes) =>
      (await examine(configOf(stage, changes), silent)).findings.filter(({ check }) => check === 'reserve')
    expect(await noted(two(0))).toMatchObject([
      {
        ok: true,
        found: '"daily" and "month-end" spend from one account, and none of them leaves the others a reserve',
      },
    ])
    expect(await noted(two())).toEqual([])
  })

  test('in the daemon a run gives way to a job of a higher priority, as often as that is due, and is done all the same', async () => {
    // Slow until the run has given way once.
    const stage = await begin({ people: 60, vendor: { latencyMs: 400 } })
    const { jobs, credits } = two()
    const config = configOf(stage, {
      ...(credits === undefined ? {} : { credits }),
      vendor: { limits: { maxConcurrent: 2 } },
      jobs: {
        daily: { ...jobs?.daily, schedule: '* * * * * *', limit: 4 },
        'month-end': { ...jobs?.['month-end'], schedule: { beforeReset: '100h' } },
      },
    })
    const ended: RunSummary[] = []
    await new Promise<void>((resolve) => {
      const onEvent = (event: RunEvent) => {
        if (event.type !== 'ended') return
        ended.push(event.summary)
        if (event.summary.stopReason === 'interrupted') stage.vendor.behave({ latencyMs: 1 })
        if (event.summary.job === 'month-end' && event.summary.status === 'completed') void daemon.stop().then(resolve)
      }
      const daemon = new Daemon(config, { log: silent, everyMs: 1_000, onEvent })
      daemon.start()
    })
    const [first, second, third] = ended
    expect(first).toMatchObject({ job: 'daily', status: 'completed' })
    expect(second).toMatchObject({
      job: 'month-end',
      stopReason: 'interrupted',
      detail: 'it was preempted by "daily", which has a higher priority',
    })
    expect(third).toMatchObject({ job: 'daily', status: 'completed' })
    expect(new Set(ended.flatMap(({ job, runId }) => (job === 'month-end' ? [runId] : []))).size).toBe(1)
    expect(ended.at(-1)).toMatchObject({ job: 'month-end', records: { refreshed: 20 }, credits: { unknown: 0 } })
    expect(stage.vendor.bill.totals().recordsChargedMoreThanOnce).toBe(0)
  })
})
