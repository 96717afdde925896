import { expect, test } from 'vitest'
import { tellForecast } from '../../../src/app/daemon/forecast-news.ts'
import { historyOf } from '../../../src/app/plan/judgement.ts'
import { forecastAccount, type JudgedForecast } from '../../../src/app/plan/plan.ts'
import type { Config } from '../../../src/config/config.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { CREDIT, type Credits } from '../../../src/domain/credits/credits.ts'
import { judge } from '../../../src/domain/judgement/judge.ts'
import type { NotifyOptions } from '../../../src/index.ts'
import type { AccountForecast } from '../../../src/schedule/plan.ts'
import { CLAIM_MS, claimNotice } from '../../../src/store/ledger/sent-notices.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { onBothStages } from '../support/on-each-stage.ts'
import { type Call, scriptedVendor } from '../support/scripted-vendor.ts'
import type { Stage } from '../support/stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const NOW = Date.now()
const RESET = NOW + 86_400_000

function configured(stage: Stage, notify: readonly NotifyOptions[], credits = {}, jobs = {}): Config {
  const cycle = { resetsAt: () => new Date(RESET) }
  const raw = stage.config({
    jobs: { 'month-end': { schedule: { beforeReset: '12h' } }, ...jobs },
    credits: { cycle, ...credits },
  })
  const resolved = resolveConfig({ ...raw, notify })
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

function forecast(expiring: number, more: Partial<AccountForecast> = {}): JudgedForecast {
  const credits = { least: 0, typical: expiring, most: expiring }
  const because = [{ cause: 'too-few-records', credits: expiring, change: 'more eligible records' }] as const
  const unused = { spendable: 9_500, credits, expiring, because }
  const made = { vendor: 'simulated', madeAt: NOW, resetAt: RESET, balance: 10_000, plans: [], unused, ...more }
  const judgement = judge({
    now: made.madeAt,
    resetAt: made.resetAt,
    balance: 10_000,
    reserve: 500,
    held: 0,
    rollover: 0,
    lapsed: null,
    run: null,
    failed: null,
    jobs: [{ job: 'month-end', isDue: false }],
    scheduler: { isAlive: true, seenAt: made.madeAt },
    forecast: historyOf(made),
  })
  return { ...made, judgement }
}

const messages = (calls: readonly Call[]) => calls.map(({ body }) => JSON.parse(body).message.split(' credits')[0])

onBothStages((begin) => {
  test('told once in a billing cycle, whoever asks, and again when it has doubled', async () => {
    const stage = await begin({ people: 1 })
    await migrate(stage.database.connection)
    const { url, calls } = await scriptedVendor(() => ({}))
    const config = configured(stage, [{ url, on: ['forecast'], forecastAbove: 500 }])
    const tell = (expiring: number, more = {}) => tellForecast(config, forecast(expiring, more), silent)
    await tell(500)
    expect(calls).toEqual([])
    // Two processes that ask at the same time, and one that does later.
    await Promise.all([tell(600), tell(600)])
    await tell(1_199)
    expect(messages(calls)).toEqual(['simulated: At risk: 600 of 9,500'])
    await tell(1_200)
    await tell(2_300)
    expect(messages(calls).at(-1)).toBe('simulated: At risk: 1,200 of 9,500')
    expect(calls).toHaveLength(2)
    // A vendor that tells the reset a little otherwise has not begun another cycle.
    await tell(2_300, { resetAt: RESET + 60_000 })
    expect(calls).toHaveLength(2)
    await tell(700, { madeAt: RESET, resetAt: RESET + 30 * 86_400_000 })
    expect(messages(calls)).toHaveLength(3)
  })

  test('what a process that was killed while it sent it may not have told is told by a later one', async () => {
    const stage = await begin({ people: 1 })
    await migrate(stage.database.connection)
    const { url, calls } = await scriptedVendor(() => ({}))
    const config = configured(stage, [{ url, on: ['forecast'], forecastAbove: 500 }])
    const told = async (at: number) => {
      await tellForecast(config, forecast(600, { madeAt: NOW + at }), silent)
      return calls.length
    }
    const killed = { credits: (600 * CREDIT) as Credits, now: NOW, resetAt: RESET }
    expect(await claimNotice(stage.database.connection, { vendor: 'simulated', url }, killed)).toBe(true)
    expect([await told(CLAIM_MS - 1), await told(CLAIM_MS), await told(3 * CLAIM_MS)]).toEqual([0, 1, 1])
  })

  test('everyone by a threshold of their own; what did not arrive is told the next time', async () => {
    const stage = await begin({ people: 1 })
    await migrate(stage.database.connection)
    const picky = await scriptedVendor(() => ({}))
    const deaf = await scriptedVendor(({ number }) => ({ status: number === 0 ? 404 : 200 }))
    const runsOnly = await scriptedVendor(() => ({}))
    const notify: readonly NotifyOptions[] = [
      { url: picky.url, forecastAbove: '10%' },
      { url: deaf.url, on: ['forecast'] },
      { url: runsOnly.url },
    ]
    const config = configured(stage, notify)
    await tellForecast(config, forecast(501), silent)
    await tellForecast(config, forecast(501), silent)
    await tellForecast(config, forecast(1_000), silent)
    expect([picky, deaf, runsOnly].map(({ calls }) => calls.length)).toEqual([0, 2, 0])
    // The share is one of the allotment, where there is one.
    const granted = configured(stage, notify, { allotment: 9_999 })
    await tellForecast(granted, forecast(1_000), silent)
    expect([picky, deaf, runsOnly].map(({ calls }) => calls.length)).toEqual([1, 2, 0])
    // No URL is kept: it is a secret.
    const kept = await stage.rows(`SELECT * FROM ${stage.own('sent_notice')}`)
    expect(kept).toHaveLength(2)
    expect(String(kept.map((row) => Object.values(row)))).not.toContain('127.0.0.1')
  })

  test('the forecast of an account is that of its jobs together', async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 100 } })
    const alone = await forecastAccount(configured(stage, []), silent)
    expect(alone).toMatchObject({
      vendor: 'simulated',
      resetAt: RESET,
      balance: 100,
      unused: {
        spendable: 100,
        expiring: 40,
        credits: { least: 40, typical: 40 },
        because: [{ cause: 'too-few-records' }],
      },
    })
    const halves = {
      'month-end': { limit: 20, schedule: { beforeReset: '12h' } },
      other: { limit: 30, schedule: { beforeReset: '6h' } },
    }
    const both = await forecastAccount(
      configured(stage, [], { cycle: { resetsAt: () => new Date(RESET), rollover: 0.5 } }, halves),
      silent,
    )
    expect(both.unused).toMatchObject({ spendable: 100, credits: { typical: 50 }, expiring: 25 })
    expect(stage.vendor.stats).toMatchObject({ calls: 0, accountReads: 2 })
  })
})
