import { expect, test } from 'vitest'
import { tick } from '../../../src/app/daemon/tick.ts'
import { evaluateSchedule } from '../../../src/app/plan/outlook.ts'
import { startRun } from '../../../src/app/run/run.ts'
import type { Config } from '../../../src/config/config.ts'
import type { CreditsOptions } from '../../../src/config/options/credits-options.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { Credits } from '../../../src/domain/credits/credits.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const HOUR = 3_600_000
/** By the config the account is reset in ten days, whatever day it is. */
const from = new Date(Date.now() - 290 * 24 * HOUR).toISOString().slice(0, 10)
const CYCLE = { days: 300, from }
const UNTOLD = { balance: undefined, remaining: undefined, charged: undefined }

/** A job that is always due, and one by cron, on an account of which only its refusals tell anything. */
function configOf(stage: Stage, backAt: CreditsOptions['backAt'], more: Partial<CreditsOptions> = {}): Config {
  const raw = stage.config({ credits: { ...UNTOLD, cycle: CYCLE, ...(backAt && { backAt }), ...more } })
  const jobs = {
    always: { budget: 12, reserve: 0, schedule: { beforeReset: '40d' } },
    hourly: { budget: 12, reserve: 0, schedule: { cron: '0 * * * *' } },
  }
  const resolved = resolveConfig({ ...raw, jobs })
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

async function runWhatIsDue(config: Config) {
  const { due } = await tick(config, { log: silent, now: Date.now })
  if (due === null) throw new Error('nothing is due')
  return startRun(config, due).summary
}

const decisionsAt = async (config: Config, at: number) => {
  const { cycle, jobs } = await evaluateSchedule(config, { log: silent, now: () => at })
  return { endAt: cycle.endAt, kinds: jobs.map(({ decision }) => decision.kind), jobs }
}

onEachStage((begin) => {
  test('a run that ends for want of credits says when they come back, and none is started before', async () => {
    const stage = await begin({ people: 12, vendor: { allotment: 5 } })
    const back = Date.now() + 30 * HOUR
    const config = configOf(stage, () => new Date(back))
    const summary = await runWhatIsDue(config)
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'credits-exhausted', credits: { spent: 5 } })
    expect(summary.detail).toContain(`the vendor says that credits come back on ${new Date(back).toISOString()}`)
    const now = await decisionsAt(config, Date.now())
    expect(now).toMatchObject({ endAt: back, kinds: ['wait', 'wait'] })
    expect(now.jobs[1]?.decision).toMatchObject({ because: 'done', until: back })
    expect((await decisionsAt(config, back - 1)).kinds).toEqual(['wait', 'wait'])
    expect((await decisionsAt(config, back + 2 * HOUR)).kinds).toEqual(['start', 'start'])
    expect(stage.vendor.bill.totals().lookupCredits).toBe(5)
  })

  test('a balance that shows credits counts more than what a refusal said', async () => {
    const stage = await begin({ people: 12, vendor: { allotment: 5 } })
    const back = Date.now() + 30 * HOUR
    await runWhatIsDue(configOf(stage, () => new Date(back)))
    const balance = {
      path: '/v1/account',
      remaining: (body: { credits: { remaining: number } }) => body.credits.remaining,
    }
    const asking = configOf(stage, () => new Date(back), {
      balance: balance as never,
      cycle: { ...CYCLE, resetsAt: () => null },
    })
    const decisions = (credits: number) => {
      const account = { at: Date.now(), balance: (credits * 1e6) as Credits, resetsAt: null }
      return evaluateSchedule(asking, { log: silent, now: () => back - 1.5 * HOUR, account })
    }
    const hourly = async (credits: number) => (await decisions(credits)).jobs[1]?.decision.kind
    expect([await hourly(0), await hourly(7)]).toEqual(['wait', 'start'])
  })

  test.each<[string, CreditsOptions['backAt']]>([
    ['in the past', () => '2001-01-01'],
    ['further off than a cycle is long', () => new Date(Date.now() + 350 * 24 * HOUR)],
    ['no instant', () => 'soon'],
    [
      'thrown',
      () => {
        throw new Error('not there')
      },
    ],
    ['promised', (() => Promise.resolve(new Date())) as never],
  ])('%s: it is not believed, and the cycle of the config counts', async (_, backAt) => {
    const stage = await begin({ people: 12, vendor: { allotment: 5 } })
    const config = configOf(stage, backAt)
    const { endAt } = await decisionsAt(config, Date.now())
    const summary = await runWhatIsDue(config)
    expect(summary).toMatchObject({ stopReason: 'credits-exhausted', credits: { spent: 5 } })
    expect(summary.detail).not.toContain('come back')
    const now = await decisionsAt(config, Date.now())
    expect([now.endAt, now.kinds[0]]).toEqual([endAt, 'wait'])
  })
})
