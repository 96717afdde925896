import { expect, test } from 'vitest'
import type { RunSummary } from '../../domain/run/run.ts'
import type { PaceSnapshot } from '../../refresh/events/events.ts'
import { Metrics } from './metrics.ts'

const PACE: PaceSnapshot = {
  concurrency: 12,
  perSecond: null,
  reason: 'steady',
  inFlight: 7,
  latencyMs: 80,
  pausedUntil: 0,
}

function summary(credits: Partial<RunSummary['credits']>, records: object = {}, own: Partial<RunSummary> = {}) {
  return {
    runId: '20261130-a',
    job: 'month-end',
    vendor: 'acme',
    status: 'running',
    records: { refreshed: 0, notFound: 0, failed: 0, unknown: 0, superseded: 0, ...records },
    credits: { budget: 100, spent: 0, unknown: 0, reserve: 5, balance: 105, saved: 0, drift: 0, ...credits },
    calls: { sent: 0, throttled: 0, failed: 0, unknown: 0 },
    endedAt: null,
    ...own,
  } as unknown as RunSummary
}

const started = (at: RunSummary, resumed = false) =>
  ({ type: 'started', runId: at.runId, resumed, summary: at, deadline: { resetAt: 0, stopAt: 0 } }) as const
const progress = (at: RunSummary, spendable: number | null, pace = PACE) =>
  ({
    type: 'progress',
    summary: at,
    spendable,
    pace,
    errors: { server: 0, timeout: 0, connection: 0, other: 0 },
    selectsMore: false,
  }) as const

/** The samples of spenddown's own, by name and labels. */
async function samples(metrics: Metrics): Promise<Record<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('spenddown_'))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
}

const OF_JOB = '{vendor="acme",job="month-end"}'
const outcome = (name: string) => `{vendor="acme",job="month-end",outcome="${name}"}`

test('before anything has happened counters are there, at nothing', async () => {
  const said = await samples(new Metrics('acme', ['month-end']))
  expect(said).toMatchObject({
    [`spenddown_spent_credits_total${OF_JOB}`]: 0,
    [`spenddown_records_total${outcome('not_found')}`]: 0,
    [`spenddown_calls_total${outcome('ok')}`]: 0,
    [`spenddown_run_in_progress${OF_JOB}`]: 0,
  })
  expect(said).not.toHaveProperty(`spenddown_budget_credits${OF_JOB}`)
})

test('a run as its events have it; what processes before have done is not counted again', async () => {
  const metrics = new Metrics('acme', ['month-end'])
  metrics.event(started(summary({ spent: 40 }, { refreshed: 40 }), true))
  metrics.call('ok', 80)
  metrics.call('failed', null)
  metrics.checkpoint(4)
  metrics.event(progress(summary({ spent: 41, balance: 64 }, { refreshed: 41, notFound: 2 }), 50))
  expect(await samples(metrics)).toMatchObject({
    'spenddown_balance_credits{vendor="acme"}': 64,
    [`spenddown_reserve_credits${OF_JOB}`]: 5,
    [`spenddown_spendable_credits${OF_JOB}`]: 50,
    [`spenddown_budget_credits${OF_JOB}`]: 100,
    [`spenddown_run_spent_credits${OF_JOB}`]: 41,
    [`spenddown_spent_credits_total${OF_JOB}`]: 1,
    [`spenddown_records_total${outcome('refreshed')}`]: 1,
    [`spenddown_records_total${outcome('not_found')}`]: 2,
    [`spenddown_calls_total${outcome('ok')}`]: 1,
    [`spenddown_calls_total${outcome('failed')}`]: 1,
    [`spenddown_call_duration_seconds_count${OF_JOB}`]: 1,
    [`spenddown_call_duration_seconds_sum${OF_JOB}`]: 0.08,
    [`spenddown_checkpoint_duration_seconds_sum${OF_JOB}`]: 0.004,
    [`spenddown_pace_concurrency${OF_JOB}`]: 12,
    [`spenddown_calls_in_flight${OF_JOB}`]: 7,
    [`spenddown_run_in_progress${OF_JOB}`]: 1,
  })
  const ended = { status: 'completed', endedAt: '2026-11-30T23:00:00.000Z' } as const
  metrics.event({ type: 'ended', summary: summary({ spent: 50, balance: 55, unknown: 3 }, { refreshed: 50 }, ended) })
  const said = await samples(metrics)
  expect(said).toMatchObject({
    [`spenddown_spendable_credits${OF_JOB}`]: 47,
    [`spenddown_spent_credits_total${OF_JOB}`]: 10,
    [`spenddown_unknown_credits${OF_JOB}`]: 3,
    [`spenddown_run_in_progress${OF_JOB}`]: 0,
    [`spenddown_calls_in_flight${OF_JOB}`]: 0,
    [`spenddown_last_run_end_timestamp_seconds${OF_JOB}`]: Date.parse(ended.endedAt) / 1_000,
    [`spenddown_last_run_status${outcome('completed')}`]: 1,
    [`spenddown_last_run_status${outcome('failed')}`]: 0,
  })
  expect(said).not.toHaveProperty(`spenddown_pace_concurrency${OF_JOB}`)
})

test('what nobody knows has no sample: a rate without bound, a balance that no reply names', async () => {
  const metrics = new Metrics('acme', ['month-end'])
  metrics.event(started(summary({})))
  metrics.event(progress(summary({}), 90, { ...PACE, perSecond: 8 }))
  expect(await samples(metrics)).toHaveProperty(`spenddown_pace_calls_per_second${OF_JOB}`, 8)
  metrics.event(progress(summary({ balance: null }), null))
  const said = await samples(metrics)
  expect(said).not.toHaveProperty(`spenddown_pace_calls_per_second${OF_JOB}`)
  expect(said).not.toHaveProperty('spenddown_balance_credits{vendor="acme"}')
  expect(said).not.toHaveProperty(`spenddown_spendable_credits${OF_JOB}`)
})

test('a run that broke without a word is in progress no more', async () => {
  const metrics = new Metrics('acme', ['month-end'])
  metrics.event(started(summary({})))
  metrics.event(progress(summary({}), 90))
  metrics.idle()
  expect(await samples(metrics)).toMatchObject({
    [`spenddown_run_in_progress${OF_JOB}`]: 0,
    [`spenddown_calls_in_flight${OF_JOB}`]: 0,
  })
})

test('a forecast, and what was decided', async () => {
  const metrics = new Metrics('acme', ['month-end'])
  const jobs = [{ job: 'month-end', reserve: 5, spendable: 95 }]
  metrics.forecast({ madeAt: 1_000, balance: 100, jobs, unused: { typical: 30, most: 90, expiring: 15 } })
  metrics.decided(60_000, [{ job: 'month-end', nextStartAt: 30_000 }])
  metrics.lookedAfter(2_000)
  expect(await samples(metrics)).toMatchObject({
    'spenddown_balance_credits{vendor="acme"}': 100,
    [`spenddown_spendable_credits${OF_JOB}`]: 95,
    'spenddown_forecast_unused_typical_credits{vendor="acme"}': 30,
    'spenddown_forecast_unused_most_credits{vendor="acme"}': 90,
    'spenddown_forecast_expiring_credits{vendor="acme"}': 15,
    'spenddown_forecast_timestamp_seconds{vendor="acme"}': 1,
    'spenddown_reset_timestamp_seconds{vendor="acme"}': 60,
    [`spenddown_next_start_timestamp_seconds${OF_JOB}`]: 30,
    spenddown_last_tick_timestamp_seconds: 2,
  })
  metrics.forecast({ madeAt: 2_000, balance: null, jobs: [], unused: null })
  metrics.decided(60_000, [{ job: 'month-end', nextStartAt: null }])
  const said = await samples(metrics)
  expect(said).not.toHaveProperty('spenddown_forecast_unused_typical_credits{vendor="acme"}')
  expect(said).not.toHaveProperty(`spenddown_next_start_timestamp_seconds${OF_JOB}`)
})

test('Prometheus reads it: every sample has HELP and TYPE before it, and every name a unit or none to have', async () => {
  const metrics = new Metrics('a "vendor"\\', ['month\nend'])
  const text = await metrics.text()
  const families = [...text.matchAll(/^# HELP (\S+) \S.*\n# TYPE \1 (gauge|counter|histogram)$/gm)].map(
    ([, name]) => name,
  )
  const names = text.split('\n').flatMap((line) => /^[a-z]\w*/.exec(line)?.[0] ?? [])
  for (const name of names)
    expect(families).toContain(families.includes(name) ? name : name.replace(/_(bucket|sum|count)$/, ''))
  expect(families).toEqual(expect.arrayContaining(['process_cpu_seconds_total', 'process_resident_memory_bytes']))
  expect(text).toContain('job="month\\nend"')
  expect(text).toContain('vendor="a \\"vendor\\"\\\\"')
})
