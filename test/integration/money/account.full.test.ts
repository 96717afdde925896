import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { findRun } from '../../../src/store/runs/runs.ts'
import { balances, type Changes } from '../support/config.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import type { Performed } from '../support/perform.ts'
import { goOn } from '../support/perform.ts'
import { booksOf } from '../support/stage.ts'

const LAG_MS = 60_000
const lagging = { ...balances.endpoint, asOf: (body: { asOf: string }) => body.asOf }
const bought = {
  ...balances.endpoint,
  purchased: (body: { credits: { purchased?: number } }) => body.credits.purchased ?? 0,
}
const AWAY = "the vendor's balance and the books have drifted apart"

const alarms = ({ logs }: Performed) => logs.filter(({ message }) => message === AWAY)
const silent = (credits: Changes['credits']): Changes => ({ credits: { remaining: undefined, ...credits } })

onOneStage((begin) => {
  test('what was spent since the instant of a balance is taken off, so that a second run does not spend it again', async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 40, balanceLagMs: LAG_MS } })
    const changes = silent({ balance: lagging })
    const first = await stage.run({ ...changes, job: { reserve: 5 } }, { limit: 25 })
    expect(first.summary.credits).toMatchObject({ spent: 25, balance: 15 })
    const second = await stage.run({ ...changes, job: { reserve: 5 } })
    expect(second.summary.credits).toMatchObject({ budget: 10, spent: 10, balance: 5 })
    expect(stage.vendor.account.remaining).toBe(5)
  })

  test('a run that sees nothing but late balances spends all that it may, and accuses nobody', async () => {
    const stage = await begin({ people: 150, vendor: { allotment: 120, balanceLagMs: LAG_MS } })
    const { summary, logs } = await stage.run(silent({ balance: lagging }))
    expect(summary.credits).toMatchObject({ spent: 120, balance: 0, drift: 0 })
    expect(logs.filter(({ message }) => /someone else|ignored/.test(message))).toEqual([])
  })

  test('an absurd instant is ignored, and told once', async () => {
    const stage = await begin({ people: 20, vendor: { allotment: 12 } })
    const balance = { ...balances.endpoint, asOf: () => '2199-01-01T00:00:00Z' }
    const { summary, logs } = await stage.run(silent({ balance }))
    expect(summary.credits).toMatchObject({ spent: 12, balance: 0 })
    const told = logs.filter(
      ({ message, fields }) => message.includes('balance') && /future/.test(String(fields.reason)),
    )
    expect(told.length).toBeGreaterThan(0)
    expect(told.length).toBeLessThanOrEqual(2)
  })

  test('credits that were bought beside the plan are left alone, whether replies tell the balance or the endpoint', async () => {
    for (const remaining of [undefined, balances.replies]) {
      const stage = await begin({ people: 60, vendor: { allotment: 50, purchased: 20 } })
      const { summary } = await stage.run({ credits: { balance: bought, remaining }, job: { reserve: 5 } })
      expect(summary.credits).toMatchObject({ budget: 25, spent: 25, balance: 5, drift: 0 })
      expect(stage.vendor.account.remaining).toBe(25)
    }
  })

  test('credits that are bought while it runs are left alone too', async () => {
    const stage = await begin({ people: 120, vendor: { allotment: 60, purchased: 20, latencyMs: 5 } })
    const { summary } = await stage.run(
      { credits: { balance: bought } },
      {},
      {
        onEvent: (event) => {
          if (
            event.type !== 'progress' ||
            event.summary.records.refreshed < 10 ||
            stage.vendor.bill.totals().toppedUpCredits > 0
          )
            return
          stage.vendor.behave({ purchased: 50 })
          stage.vendor.topUp(30)
        },
      },
    )
    expect(summary.credits).toMatchObject({ spent: 40, balance: 0 })
    expect(stage.vendor.account.remaining).toBe(50)
  })

  test('more bought credits than remain: nothing of the plan is left, and it is said', async () => {
    const stage = await begin({ people: 5, vendor: { allotment: 10 } })
    const { summary, logs } = await stage.run({ credits: { balance: { ...balances.endpoint, purchased: () => 11 } } })
    expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 0, balance: 0 } })
    expect(logs.some(({ fields }) => fields.reason === 'more credits were purchased than remain')).toBe(true)
  })

  test('drift is what someone else has spent, warned of once, and kept with the run', async () => {
    const stage = await begin({ people: 200, vendor: { allotment: 160, outside: { credits: 1, everyCalls: 4 } } })
    const done = await stage.run({ credits: { remaining: balances.replies } })
    const { drift, spent, balance } = done.summary.credits
    expect(spent).toBe(stage.vendor.bill.totals().lookupCredits)
    expect(drift).toBe(160 - spent - (balance as number))
    expect(drift).toBeGreaterThan(20)
    expect(alarms(done)).toHaveLength(1)
    expect(alarms(done)[0]).toMatchObject({
      level: 'warn',
      fields: { causes: expect.stringContaining('someone else') },
    })
    const run = await findRun(stage.database.connection.client, done.summary.runId)
    expect(run?.drift).toBe(drift * 1e6)
  })

  test('drift is below zero where calls cost less than the config says', async () => {
    const stage = await begin({ people: 100, vendor: { allotment: 500, cost: { per: 'match', credits: 1 } } })
    const cost = { per: 'match', credits: 2 } as const
    const done = await stage.run(silent({ cost, charged: undefined }), { budget: 200 })
    const { spent, drift } = done.summary.credits
    expect(spent).toBe(200)
    expect(drift).toBeLessThan(-10)
    expect(drift).toBeGreaterThanOrEqual(-100)
    expect(alarms(done)[0]).toMatchObject({ fields: { causes: expect.stringContaining('cost less') } })
  })

  test('neither a reset nor a top-up in the middle is drift', async () => {
    const stage = await begin({ people: 120, vendor: { allotment: 100, latencyMs: 3 } })
    let done = false
    const performed = await stage.run(
      {},
      {},
      {
        onEvent: (event) => {
          if (done || event.type !== 'progress' || event.summary.records.refreshed < 30) return
          done = true
          stage.vendor.reset()
          stage.vendor.topUp(400)
        },
      },
    )
    expect(performed.summary.credits.drift).toBe(0)
    expect(alarms(performed)).toEqual([])
    expect(booksOf(performed.summary, stage)).toMatchObject({ spent: 100, billed: 100 })
  })

  test('what others spend while a run is stopped is no drift of its own', async () => {
    const stage = await begin({ people: 80, vendor: { allotment: 200, latencyMs: 3 } })
    await stage.run(
      {},
      {},
      {
        onEvent: (event, handle) => {
          if (event.type === 'progress' && event.summary.records.refreshed >= 20) handle().stop()
        },
      },
    )
    stage.vendor.spendOutside(50)
    await sleep(5)
    const { summary } = await goOn(stage.config())
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 80 }, credits: { drift: 0 } })
  })
})

onOneStage((begin) => {
  test('a balance that lags settles unknown calls only once it is young enough', async () => {
    const faults = { resetAfter: { next: 1 } }
    const stage = await begin({ people: 30, vendor: { allotment: 20, balanceLagMs: 2_000, faults } })
    const { summary } = await stage.run({
      ...silent({ balance: lagging }),
      vendor: { timeoutMs: 500, onUnknown: 'skip' },
    })
    expect(summary.credits).toMatchObject({ spent: 20, unknown: 0, balance: 0 })
    expect(summary.elapsedMs).toBeGreaterThan(12_000)
    expect(stage.vendor.bill.totals().lookupCredits).toBe(20)
  })

  test('a number of bought credits that is none: nobody knows what may be spent, and nothing is', async () => {
    const said = [
      [-1, /negative/],
      [Number.NaN, /reported no number/],
      [undefined, /reported no number/],
    ] as const
    // The endpoint is asked again for a while: all at once.
    await Promise.all(
      said.map(async ([purchased, reason]) => {
        const stage = await begin({ people: 5 })
        const balance = { ...balances.endpoint, purchased: () => purchased }
        await expect(stage.run({ credits: { balance } })).rejects.toThrow(reason)
        expect(stage.vendor.stats.calls).toBe(0)
      }),
    )
  })
})
