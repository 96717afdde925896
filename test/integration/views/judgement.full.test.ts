import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { noteAlive } from '../../../src/app/daemon/note-alive.ts'
import { dashboardData } from '../../../src/app/dashboard/dashboard-data.ts'
import { accountStatus, judgeAccount } from '../../../src/app/plan/judgement.ts'
import { forecastAccount, plan } from '../../../src/app/plan/plan.ts'
import { makeReport } from '../../../src/app/report/report.ts'
import { controlRun } from '../../../src/app/run/control-run.ts'
import { type StartedRun, startRun } from '../../../src/app/run/run.ts'
import type { Config } from '../../../src/config/config.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { accountPage } from '../../../src/dashboard/pages/account-page.ts'
import { sentenceOf } from '../../../src/domain/judgement/judgement-words.ts'
import { runFrame } from '../../../src/observability/display/run/run-frame.ts'
import { judgementOf } from '../../../src/observability/display/run/run-outlook.ts'
import { heard, type RunView } from '../../../src/observability/display/run/run-view.ts'
import { timesIn } from '../../../src/observability/display/times.ts'
import { Metrics } from '../../../src/observability/metrics/metrics.ts'
import { forecastMessage } from '../../../src/observability/notify/message.ts'
import type { RunEvent } from '../../../src/refresh/events/events.ts'
import { onBothStages } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const ZONE = 'America/New_York'

/** A job with a schedule whose credits are reset in `hours`. */
function configured(stage: Stage, hours = 48, job = {}, vendor = {}): Config {
  const resetAt = Date.now() + hours * 3_600_000
  const credits = { cycle: { timeZone: ZONE, resetsAt: () => new Date(resetAt) } }
  const found = resolveConfig(
    stage.config({ job: { schedule: { beforeReset: '12h' }, reserve: 50, ...job }, vendor, credits }),
  )
  if ('problems' in found) throw new Error(JSON.stringify(found.problems))
  return found.config
}

/** The number and the verdict at one instant, in every place where a person or a machine reads them. */
async function everywhere(config: Config, live: RunView | null = null) {
  const scope = { database: config.database, vendor: config.vendor.name }
  const status = (await accountStatus(config, scope, null)).judgement
  const data = dashboardData(config, { log: silent, now: Date.now, monotonic: () => performance.now() })
  await expect.poll(async () => (await data.account()).forecast.kind).toBe('made')
  const view = await data.account()
  const frame = { vendor: 'x', zone: ZONE, now: Date.now(), signedIn: false, mayAct: false, path: '/', base: '' }
  const page = String(accountPage(view, { ...frame, formToken: '', version: '1' }))
  await data.close()
  const planned = (await plan(config, 'month-end')).judgement
  const forecast = await forecastAccount(config, silent)
  const shown = { ...planned, verdict: forecast.judgement.verdict, atStake: forecast.judgement.atStake }
  const news = { vendor: 'x', resetAt: '', spendable: 0, expiring: 0, because: [], judgement: shown }
  const metrics = new Metrics('x', [])
  metrics.judged(await judgeAccount(config))
  const text = await metrics.text()
  const report = (await makeReport(config, null, Date.now())).judgement
  const all: Record<string, readonly [verdict: string | undefined, atStake: number | null | undefined]> = {
    status: [status.verdict, status.atStake],
    dashboard: [view.judgement.verdict, view.judgement.atStake],
    plan: [planned.verdict, planned.atStake],
    notice: [forecast.judgement.verdict, forecast.judgement.atStake],
    metrics: [
      /verdict="(\w+)"} 1\n/.exec(text)?.[1]?.replace('_', '-'),
      Number(/spenddown_at_stake_credits{[^}]*} ([\d.]+)/.exec(text)?.[1]),
    ],
    report: [report?.verdict, report?.atStake],
  }
  if (live !== null) {
    const around = {
      zone: ZONE,
      rollover: 0,
      steady: false,
      resumes: false,
      isWhole: true,
      isKept: true,
      heldElsewhere: 0,
    }
    const judgement = judgementOf(live, { ...around, forecast: { kind: 'counting' } }, Date.now())
    all.terminal = [judgement.verdict, judgement.atStake]
    const size = { columns: 200, rows: 30 }
    const lines = runFrame(live, Date.now(), { size, color: false, times: timesIn(ZONE), zone: ZONE, judgement })
    expect(lines[0]?.trim()).toBe(sentenceOf(judgement, ZONE))
  }
  const sentence = status.sentence.split('; reset')[0] as string
  expect(page.replaceAll(/<[^>]+>/g, '')).toContain(sentence)
  expect(planned.sentence).toContain(sentence)
  expect(forecastMessage(news, Date.now()).message).toContain(sentence)
  const different = new Set(Object.values(all).map((each) => JSON.stringify(each)))
  return { all, one: different.size === 1 ? Object.values(all)[0] : null, status, page }
}

interface Watched {
  readonly handle: StartedRun
  view: RunView | null
}

/** A run in this process, and what a terminal would know of it. */
function watched(config: Config, what: Parameters<typeof startRun>[1]): Watched {
  let view: RunView | null = null
  const onEvent = (event: RunEvent) => {
    view = heard(view, event, Date.now())
  }
  const handle = startRun(config, what, { log: silent, onEvent })
  return {
    handle,
    get view() {
      return view
    },
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20)
}

onBothStages((begin) => {
  const SETTING = { people: 400, vendor: { allotment: 450, latencyMs: { min: 5, max: 15 } } }

  test('one instant has one number and one verdict, wherever it is shown: a run that was paused', async () => {
    const stage = await begin(SETTING)
    const config = configured(stage, 48, {}, { limits: { maxConcurrent: 2 } })
    await noteAlive(await prepared(stage, config), Date.now(), 60_000)
    const run = watched(config, { job: 'month-end' })
    await until(() => stage.vendor.bill.totals().charges >= 30)
    await controlRun(config, 'pause', null, 'ann@desk')
    await sleep(1_500)
    const left = 400 - stage.vendor.bill.totals().lookupCredits
    const { all, one, status, page } = await everywhere(config, run.view)
    expect(one, JSON.stringify(all)).toEqual(['action-required', left])
    expect(Object.keys(all)).toHaveLength(7)
    expect(status).toMatchObject({ cause: 'paused', command: expect.stringMatching(/^spenddown continue /) })
    expect(status.todo).toMatch(new RegExp(`^Resume by \\w+ .*E[SD]T or lose ${left}: `))
    expect(page).toContain('<code>spenddown continue')
    run.handle.stop()
    await run.handle.summary
  })

  test('and one where nothing has been begun: what the schedule will do', async () => {
    const stage = await begin({ people: 100, vendor: { allotment: 450 } })
    const config = configured(stage)
    await stage.run({ job: { reserve: 50 } }, { limit: 60 })
    await noteAlive(config, Date.now(), 60_000)
    const { all, one, status } = await everywhere(config)
    // 390 are left, 50 are reserved; 100 records are eligible.
    expect(one, JSON.stringify(all)).toEqual(['losing', 240])
    expect(status).toMatchObject({ spendable: 340, cause: 'too-few-records' })
  })

  test('a run whose key is refused leads: a person is needed, however good the forecast is', async () => {
    const stage = await begin({ people: 100, vendor: { allotment: 450, faults: { unauthorized: {} } } })
    const config = configured(stage)
    const run = watched(config, { job: 'month-end' })
    expect(await run.handle.summary).toMatchObject({ status: 'failed' })
    await noteAlive(config, Date.now(), 60_000)
    const { all, one, status } = await everywhere(config)
    expect(one, JSON.stringify(all)).toEqual(['action-required', 400])
    expect(status).toMatchObject({ cause: 'run-failed' })
  })

  test('never green while no call succeeds: all that is left is at stake', async () => {
    const stage = await begin(SETTING)
    const config = configured(stage, 48, {}, { limits: { maxConcurrent: 2 } })
    await noteAlive(await prepared(stage, config), Date.now(), 60_000)
    const run = watched(config, { job: 'month-end' })
    await until(() => stage.vendor.bill.totals().charges >= 20)
    stage.vendor.behave({ faults: { error500: {} } })
    const causeNow = async () => (await judgeAccount(config)).cause
    await expect.poll(causeNow, { timeout: 20_000, interval: 500 }).toBe('vendor-failing')
    const left = 400 - stage.vendor.bill.totals().lookupCredits
    // Each place notices by what it has last seen.
    const oneNow = async () => (await everywhere(config, run.view)).one
    await expect.poll(oneNow, { timeout: 20_000, interval: 500 }).toEqual(['at-risk', left])
    const { status } = await everywhere(config, run.view)
    expect(status.why).toMatch(/^No call of month-end has succeeded for /)
    run.handle.stop()
    await run.handle.summary
  })

  test('the run that holds the lease is shown, not the newest that was interrupted', async () => {
    const stage = await begin(SETTING)
    const config = configured(stage, 48, {}, { limits: { maxConcurrent: 1 } })
    const interrupted = async (charges: number) => {
      const run = watched(config, { job: 'month-end', new: true })
      await until(() => stage.vendor.bill.totals().charges >= charges)
      run.handle.stop()
      return run.handle.summary
    }
    const a = await interrupted(10)
    const b = await interrupted(30)
    expect(b.runId).not.toBe(a.runId)
    const resumed = watched(config, { resume: a.runId })
    await until(() => stage.vendor.bill.totals().charges >= 45)
    const data = dashboardData(config, { log: silent, now: Date.now, monotonic: () => performance.now() })
    const { open, judgement } = await data.account()
    expect(open).toMatchObject({ summary: { runId: a.runId, status: 'running' }, atWork: expect.any(String) })
    expect(judgement.run?.id).toBe(a.runId)
    await data.close()
    resumed.handle.stop()
    await resumed.handle.summary
  })

  test('what is due starts nothing while no scheduler is alive', async () => {
    const stage = await begin({ people: 400, vendor: { allotment: 450 } })
    const config = configured(stage, 6)
    await startRun(config, { job: 'month-end', limit: 60 }, { log: silent }).summary
    const gone = await judgeAccount(config)
    expect(gone).toMatchObject({ verdict: 'action-required', cause: 'scheduler-gone', atStake: 340, when: null })
    await noteAlive(config, Date.now() - 3_600_000, 60_000)
    expect(await judgeAccount(config)).toMatchObject({ cause: 'scheduler-gone', when: expect.any(Number) })
    await noteAlive(config, Date.now(), 60_000)
    expect(await judgeAccount(config)).toMatchObject({ cause: 'as-planned', verdict: 'on-track', atStake: 0 })
  })
})

/** A database as it is before the first run. */
async function prepared(stage: Stage, config: Config): Promise<Config> {
  await stage.run({ job: { reserve: 50 } }, { limit: 1 })
  return config
}
