import { expect, test } from 'vitest'
import type { Plan } from '../../src/schedule/plan.ts'
import { documentOf } from './support/cli.ts'
import { inEachOffice } from './support/in-offices.ts'
import type { Office } from './support/office.ts'

const HOUR = 3_600_000

async function planOf(office: Office, ...args: string[]): Promise<Plan> {
  const said = await office.cli(['plan', '--json', ...args])
  expect(said.code, said.stderr).toBe(0)
  return documentOf<Plan>(said)
}

inEachOffice('sqlite', (open) => {
  const scheduled = (office: Office, resetInMs: number, jobs: string) => {
    const resetAt = Date.now() + resetInMs
    office.configure({ credits: `cycle: { resetsAt: () => new Date(${resetAt}) },`, jobs })
    return { resetAt, iso: new Date(resetAt).toISOString() }
  }

  test('before the first run: what there is, and what is not known yet; nothing is asked for but the balance', async () => {
    const office = await open(60, { allotment: 100 })
    const { resetAt, iso } = scheduled(
      office,
      20 * HOUR,
      `'month-end': { reserve: 10, schedule: { beforeReset: '12h' } }`,
    )
    const plan = await planOf(office)
    expect(plan).toMatchObject({
      plan: true,
      job: 'month-end',
      vendor: 'acme',
      cycle: { endAt: iso, stopAt: new Date(resetAt - 300_000).toISOString() },
      records: { eligible: 60, coolingDown: 0, new: 0 },
      credits: {
        balance: 100,
        reserve: 10,
        reserveHow: '10 credits, as configured',
        unknown: 0,
        spendable: 90,
        expectedUse: { least: 0, typical: 60, most: 60 },
      },
      time: { runs: 0, pace: null, takesMs: null, startsAt: new Date(resetAt - 12 * HOUR).toISOString() },
      unused: {
        credits: { least: 30, typical: 30, most: 90 },
        because: [{ cause: 'too-few-records', credits: 30, change: expect.stringContaining('more eligible records') }],
      },
    })
    expect(plan.records.ages).toHaveLength(6)
    expect(plan.records.ages.at(-1)).toEqual({ fromDays: 730, toDays: null, records: 60 })
    expect(office.vendor.stats).toMatchObject({ calls: 0, accountReads: 1 })
    expect(office.vendor.bill.totals().charges).toBe(0)
  })

  test('after a run: as that one showed it', async () => {
    const office = await open(200, { allotment: 1_000, matchRate: 0.5 })
    scheduled(office, 20 * HOUR, `'month-end': { limit: 100, schedule: { beforeReset: '12h' } }`)
    expect((await office.cli(['run', 'month-end', '--json'])).code).toBe(0)
    const plan = await planOf(office)
    expect(plan.time).toMatchObject({
      runs: 1,
      pace: { typical: expect.any(Number) },
      takesMs: { typical: expect.any(Number) },
    })
    const { coolingDown, eligible } = plan.records
    expect(coolingDown).toBeGreaterThan(20)
    expect(eligible).toBe(200 - coolingDown)
    // About half of the 100 will be found.
    expect(plan.credits.expectedUse?.typical).toBeGreaterThan(30)
    expect(plan.credits.expectedUse?.typical).toBeLessThan(70)
    const latest = Date.parse(plan.time.latestSafeStart ?? '')
    expect(Date.parse(plan.cycle.stopAt) - latest).toBeGreaterThan(30 * 60_000)
    expect(plan.unused.because[0]).toMatchObject({ cause: 'too-few-records' })
    expect(plan.unused.because[0]?.change).toContain(`${coolingDown} records cooling down`)
    expect((await office.cli(['plan'])).stdout).toContain('records a second in one past run')
  })

  test('a cron expression that has had its run starts again in the same cycle', async () => {
    const office = await open(20)
    const next = (Math.floor(Date.now() / HOUR) + 6) * HOUR
    const cron = `0 ${new Date(next).getUTCHours()} * * *`
    scheduled(office, 72 * HOUR, `daily: { limit: 5, schedule: { cron: '${cron}', timeZone: 'UTC' } }`)
    expect((await office.cli(['tick', '--json'])).code).toBe(0)
    const plan = await planOf(office)
    expect(plan.time).toMatchObject({
      startsAt: new Date(next).toISOString(),
      why: expect.stringContaining('done it'),
    })
    expect(plan.unused.because.map(({ cause }) => cause)).not.toContain('no-start')
  })

  test('without a schedule nothing starts it; in words too', async () => {
    const office = await open(30)
    const plan = await planOf(office, 'month-end')
    expect(plan).toMatchObject({
      time: { startsAt: null },
      unused: { because: [{ cause: 'too-few-records' }, { cause: 'no-start' }] },
    })
    const { stdout, code } = await office.cli(['plan'])
    expect(code).toBe(0)
    expect(stdout).toContain('plan of month-end on acme: credits are reset ')
    expect(stdout).toMatch(/over 730 d +30 {2}#{30}\n/)
    expect(stdout).toContain('no start any more in this billing cycle. What would help: a `schedule`')
  })
})
