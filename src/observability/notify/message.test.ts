import { describe, expect, test } from 'vitest'
import { judge } from '../../domain/judgement/judge.ts'
import { shownJudgement } from '../../domain/judgement/judgement-words.ts'
import type { RunSummary } from '../../domain/run/run.ts'
import { brokenMessage, type ForecastNews, forecastMessage, runMessage } from './message.ts'
import { signatureOf } from './notifier.ts'

const AT = Date.parse('2026-11-30T23:00:00Z')

function summary(own: Partial<RunSummary>, credits: Partial<RunSummary['credits']> = {}): RunSummary {
  return {
    runId: '20261130-a',
    job: 'month-end',
    vendor: 'acme',
    status: 'completed',
    stopReason: 'all-refreshed',
    detail: null,
    records: { refreshed: 9_412 } as RunSummary['records'],
    credits: { budget: 9_500, spent: 9_412, unknown: 0, reserve: 0, balance: 88, saved: 0, drift: 0, ...credits },
    calls: { sent: 9_412, throttled: 0, failed: 0, unknown: 0 },
    pace: null,
    controlRequest: null,
    warnings: [],
    changes: null,
    startedAt: new Date(AT).toISOString(),
    endedAt: new Date(AT).toISOString(),
    elapsedMs: 1,
    ...own,
  }
}

test('a report is linked at the end of the line, however long that is', () => {
  const url = 'https://intranet.example/reports/2026-11-30-month-end.html'
  expect(runMessage(summary({}), AT)).not.toHaveProperty('report')
  const { message, report } = runMessage(summary({ detail: 'x '.repeat(2_000) }, { spent: 1 }), AT, { report: url })
  expect(report).toBe(url)
  expect(message.endsWith(`… · report: ${url}`)).toBe(true)
  expect(message.length).toBeLessThanOrEqual(1_000)
})

describe('in one line, what a run came to', () => {
  test.each([
    [
      summary({}),
      'month-end (acme) is done: 9,412 of 9,500 credits spent on 9,412 records; 88 unused: no eligible record is left',
    ],
    [
      summary({ stopReason: 'limit-reached' }),
      'month-end (acme) is done: 9,412 of 9,500 credits spent on 9,412 records; its limit of records is reached',
    ],
    [
      summary({ stopReason: 'budget-spent' }, { spent: 9_500 }),
      'month-end (acme) is done: 9,500 of 9,500 credits spent on 9,412 records; the budget is spent',
    ],
    [
      summary({ status: 'stopped', stopReason: 'vendor-unhealthy' }, { unknown: 12.5 }),
      'month-end (acme) stopped early: 9,412 of 9,500 credits spent on 9,412 records; 12.5 unknown until reconciled; ' +
        '75.5 unused: the vendor is unhealthy; `spenddown resume 20261130-a` goes on',
    ],
    [
      summary({ status: 'failed', stopReason: 'error', detail: 'the vendor refuses\n the credentials' }),
      'month-end (acme) needs a person: 9,412 of 9,500 credits spent on 9,412 records; 88 unused: the vendor refuses the credentials',
    ],
  ])('%#', (ran, message) => {
    const type = `run.${ran.status}`
    expect(runMessage(ran, AT)).toEqual({ type, timestamp: new Date(AT).toISOString(), message, data: ran })
  })

  test('a run that could not be begun, and words without end', () => {
    expect(brokenMessage('a run of month-end', new Error('no such table'), AT)).toEqual({
      type: 'run.failed',
      timestamp: new Date(AT).toISOString(),
      message: 'a run of month-end needs a person: no such table',
      data: null,
    })
    expect(brokenMessage('a run', 'x'.repeat(5_000), AT).message).toHaveLength(1_000)
  })
})

test("signed as Standard Webhooks says, by the vector of its libraries' tests", () => {
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
  expect(signatureOf('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}', key)).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  )
})

const JUDGED = shownJudgement(
  judge({
    now: AT,
    resetAt: AT + 3_600_000,
    balance: 9_500,
    reserve: 0,
    held: 0,
    rollover: 0,
    lapsed: null,
    run: null,
    failed: null,
    jobs: [{ job: 'month-end', isDue: false }],
    scheduler: { isAlive: true, seenAt: AT },
    forecast: {
      kind: 'made',
      forecast: {
        spendable: 9_500,
        expiring: 3_187.5,
        because: [{ cause: 'too-few-records', credits: 2_904, change: 'more eligible records' }],
        plans: [],
      },
    },
  }),
  'America/New_York',
)

const NEWS: ForecastNews = {
  vendor: 'acme',
  resetAt: '2026-12-01T00:00:00.000Z',
  spendable: 9_500,
  expiring: 3_187.5,
  judgement: JUDGED,
  because: [{ cause: 'too-few-records', credits: 2_904, change: 'more eligible records' }],
}

test('in one line, what will be lost, when in the zone of the cycle, why, and what would help', () => {
  expect(forecastMessage(NEWS, AT)).toEqual({
    type: 'forecast.unused',
    timestamp: new Date(AT).toISOString(),
    message:
      'acme: Losing credits: 3,188 of 9,500 credits will expire; reset Mon 19:00 EST, in 1 h. ' +
      'There are too few eligible records for these credits. What would help: more eligible records',
    data: NEWS,
  })
})

test('the notice of a run that ended says how the account stands then', () => {
  const { message, judgement } = runMessage(summary({}), AT, { judgement: JUDGED })
  expect(judgement).toBe(JUDGED)
  expect(message).toBe(
    'month-end (acme) is done: 9,412 of 9,500 credits spent on 9,412 records; 88 unused: no eligible record is left · ' +
      'Losing credits: 3,188 of 9,500 credits will expire; reset Mon 19:00 EST, in 1 h',
  )
})
