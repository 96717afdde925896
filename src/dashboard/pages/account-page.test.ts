import { expect, test } from 'vitest'
import {
  accountWith,
  dashboardOver,
  judgementWith,
  NOW,
  runWith,
  summaryWith,
} from '../../../test/support/dashboard/dashboard-under-test.ts'
import { NO_CHANGES, shownChanges, withChanges } from '../../domain/run/changes.ts'
import { worthOf } from '../../report/value.ts'
import type { AccountForecast } from '../../schedule/plan.ts'
import type { AccountView, JobView } from '../ports.ts'
import { glanceText } from './run-fields.ts'

async function page(changes: Partial<AccountView>): Promise<string> {
  const answer = await dashboardOver({ account: async () => accountWith(changes) }).at('/')
  return (await answer.text()).replaceAll('\n', ' ')
}

/** What a reader sees, without markup. */
const words = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

const DUE: JobView = {
  job: 'new-people',
  reserve: 0,
  reserveHow: '0 credits, as configured',
  decision: { kind: 'start', slot: NOW, since: NOW, why: 'due since 2026-11-30T16:00:00Z' },
  chosen: true,
}

test('what leads is the verdict with its number, its cause and one thing to do; the tab says it too', async () => {
  const run = { id: '20261130-aa', job: 'month-end' }
  const judgement = judgementWith({
    verdict: 'action-required',
    cause: 'paused',
    atStake: 5_391,
    spendable: 5_391,
    run,
    by: 'ann@desk',
    when: NOW - 60_000,
    actBy: NOW + 3_600_000,
    command: 'spenddown continue 20261130-aa',
  })
  const html = await page({ judgement })
  expect(html).toContain('<title>Action required · spenddown</title>')
  expect(html).toContain('<link rel="icon" href="/assets/icon-act.svg?')
  expect(html).toMatch(/<section class="verdict act"/)
  const said = words(html)
  expect(said).toContain(
    'Action required: 5,391 of 5,391 credits will expire unless you act; reset Tue 00:00 EST, in 7 h',
  )
  expect(said).toContain('month-end was paused by ann@desk Mon 16:59 EST; nothing is spent meanwhile.')
  expect(said).toContain('Resume by Mon 18:00 EST or lose 5,391: spenddown continue 20261130-aa')
})

test('the strip says who looks after the schedule, and how old the balance is', async () => {
  const said = words(await page({ jobs: [DUE] }))
  expect(said).toContain('Scheduler last seen Mon 16:59 EST (30 s ago)')
  expect(said).toContain('Balance 650 , reported by vendor Mon 16:00 EST (1 h ago)')
  expect(words(await page({ jobs: [DUE], schedulerSeenAt: null, schedulerIsAlive: false }))).toContain(
    'Scheduler never seen',
  )
})

test('a job that is due starts only where somebody looks', async () => {
  expect(words(await page({ jobs: [DUE] }))).toContain('new-people starts now first')
  const said = words(await page({ jobs: [DUE], schedulerIsAlive: false }))
  expect(said).toContain('new-people is due, and no scheduler is there to start it')
  expect(said).not.toContain('starts now')
})

test('one bar says where the credits are: its parts are the balance, and what is gone', async () => {
  const html = await page({ judgement: judgementWith({ spendable: 594, atStake: 100 }), unknown: 6 })
  expect(html).toContain(
    'aria-label="400 spent by us, 50 spent by others, 50 reserved, 6 held by unknown calls, 494 still to spend, 100 at risk"',
  )
  const widths = [...html.matchAll(/<rect class="[\w-]+" x="[\d.]+" width="([\d.]+)" height="28"/g)]
  expect(widths.reduce((sum, [, width]) => sum + Number(width), 0)).toBeCloseTo(1_000, 0)
  expect(await page({ balance: null })).not.toContain('Where the credits are')
})

test('the parts of the bar that are judged are brought up to date with the sentence', async () => {
  const judgement = judgementWith({ spendable: 594, atStake: 100 })
  const html = await page({ judgement })
  const sent = await glanceText({ judgement, open: null, sign: '' }, { now: NOW, zone: 'America/New_York' })
  const { text, verdict } = JSON.parse(sent?.text ?? '') as { text: Record<string, string>; verdict: string }
  expect(text).toMatchObject({ 'to-spend': '494', 'at-risk': '100' })
  expect(words(verdict)).toContain('100 of 594 credits')
  expect(html).toContain(`data-live-verdict>${verdict}</section>`)
  for (const name of ['to-spend', 'at-risk']) expect(html).toContain(`data-live="${name}"`)
})

test('the month is a chart from the first balance to the reset, with what is expected', async () => {
  const html = await page({ open: runWith(), judgement: judgementWith({ finishAt: NOW + 3_600_000, spendable: 600 }) })
  expect(html).toContain('Credits left over the billing cycle: 650 now, about 50 at the reset')
  expect(html).toMatch(/<path class="line expected"/)
  const none = { readings: [], runs: [], spentByUs: null, spentByOthers: null, bought: null }
  expect(await page({ month: none })).not.toContain('Credits left over the billing cycle')
})

test('recent runs are rows that a person can name; one that failed opens to cause and command', async () => {
  const failed = summaryWith({ status: 'failed', stopReason: 'error', detail: 'the vendor refuses the credentials' })
  const html = await page({ latest: [failed] })
  expect(words(html)).toContain('month-end · 30 Nov 2026, 16:00')
  expect(html).toMatch(/<summary>Why<\/summary><p>the vendor refuses the credentials<\/p>/)
  expect(words(html)).toContain('Fix that, check with spenddown doctor , then spenddown run month-end')
})

test('a run that a person stopped says so once', async () => {
  const controlRequest = { what: 'stop', by: 'ann@desk', at: '2026-11-30T21:59:00Z' } as const
  const detail = 'stopped by ann@desk at 2026-11-30T21:59:00Z'
  const stopped = runWith({ status: 'stopped', stopReason: 'interrupted', detail, controlRequest }, { atWork: null })
  const said = words(await (await dashboardOver({ run: async () => stopped }).at('/runs/x')).text())
  expect(said.match(/ann@desk/g)).toHaveLength(1)
  expect(said).toContain('stopped by a person')
  expect(said).not.toContain('interrupted')
})

const HOUR_MS = 3_600_000

/** A forecast with one job, which begins in two hours and must have begun in three. */
function forecastWith(because: AccountForecast['plans'][number]['unused']['because'] = []) {
  const range = { least: 123, typical: 123, most: 123 }
  const at = (hours: number) => new Date(NOW + hours * HOUR_MS).toISOString()
  const time = { takesMs: { least: HOUR_MS, typical: HOUR_MS, most: HOUR_MS }, startsAt: at(2), latestSafeStart: at(3) }
  const plan = {
    job: 'new-people',
    records: { eligible: 900, shared: 0, coolingDown: 12 },
    credits: { expectedUse: { least: 600, typical: 600, most: 600 } },
    time,
    cycle: { stopAt: at(6.5) },
  } as unknown as AccountForecast['plans'][number]
  const unused = { spendable: 600, credits: range, expiring: 123, because }
  const made = { vendor: 'acme', madeAt: NOW, resetAt: NOW + 7 * HOUR_MS, balance: 650, plans: [plan], unused }
  return { kind: 'made', forecast: made } as const
}

test('coming jobs stand on a time line to the reset, with how long each takes and its latest safe start', async () => {
  const decision = { kind: 'wait', because: 'not-due', until: NOW + 2 * HOUR_MS, why: 'due in 2 h' } as const
  const html = await page({ jobs: [{ ...DUE, decision }], forecast: forecastWith() })
  // Of seven hours: from 2 to 3, and the mark at 3.
  expect(html).toContain('<rect class="work" x="285.7" width="142.9"')
  expect(html).toContain('<rect class="latest" x="428.6"')
  expect(words(html)).toContain('new-people starts Mon 19:00 EST latest safe start Mon 20:00 EST')
  expect(words(html)).toContain('Takes 1 h. Expected use 600 credits. 900 eligible records (12 more on cool-down).')
})

test('what credits bought is told by age, with what a correction cost', async () => {
  const changes = shownChanges(
    withChanges(NO_CHANGES, [
      { columns: ['a'], ageMs: null },
      { columns: [], ageMs: 0 },
    ]),
  )
  const value = worthOf({ credits: { spent: 3 }, changes }, 0, { amount: 0.1, currency: 'EUR' })
  const bought = { since: NOW - HOUR_MS, changes, value }
  const said = words(await page({ month: { ...accountWith().month, bought } }))
  expect(said).toContain('1 of 2 refreshed records had changed; a corrected record cost €0.30 (3 credits)')
  expect(said).toMatch(/never refreshed 1 1 100 % .*0 to 30 d 1 0 0 %/)
  expect(words(await page({}))).not.toContain('What credits bought')
})

test('beside a run at work there is no second forecast', async () => {
  const because = (['too-slow', 'too-few-records'] as const).map((cause) => ({ cause, credits: 123, change: 'more' }))
  const forecast = forecastWith(because)
  const jobs = [DUE]
  expect(words(await page({ jobs, forecast }))).toContain(
    '123 credits: too few eligible records. What would help: more.',
  )
  expect(words(await page({ jobs, forecast, open: runWith() }))).not.toContain('123')
})

test('the run at work says how long it may wait', async () => {
  // It stops at 23:00 and is done 1 h 30 min from now, at 18:30.
  expect(words(await page({ open: runWith() }))).toContain(
    'It may wait until Mon 21:30 EST; after that, credits expire.',
  )
  expect(words(await page({ open: runWith({}, { finishAt: NOW + 7 * 3_600_000 }) }))).toContain(
    'It has no time to spare',
  )
})

test('a run that a person holds back offers to go on, and says nothing of what it would do', async () => {
  const controlRequest = { what: 'pause', by: 'ann@desk', at: '2026-11-30T21:59:00Z' } as const
  const html = await page({ open: runWith({ controlRequest }) })
  expect(html).toMatch(/<a class="button primary" href="[^"]*\/continue">Continue<\/a>/)
  expect(html).toMatch(/<a class="button danger" href="[^"]*\/stop">Stop<\/a>/)
  expect(html).not.toMatch(/>Pause<|Sends nothing after|Ends<|It may wait/)
  const atWork = await page({ open: runWith() })
  expect(atWork).toMatch(/>Pause<\/a>.*>Stop<\/a>/)
  expect(atWork).not.toContain('>Continue<')
})
