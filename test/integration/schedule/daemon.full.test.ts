import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type KeptSchedule, keepSchedule } from '../../../src/app/daemon/daemon-service.ts'
import { pastRun } from '../../../src/app/past/past-runs.ts'
import { plan } from '../../../src/app/plan/plan.ts'
import type { Config } from '../../../src/config/config.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { SpenddownConfig } from '../../../src/index.ts'
import { onBothStages, onOneStage } from '../support/on-each-stage.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import type { Stage } from '../support/stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const HOUR = 3_600_000

/** The stage's config with a job that is due so long before a reset in an hour. */
function scheduled(stage: Stage, more: Partial<SpenddownConfig> = {}, job: object = {}): Config {
  const resetAt = Date.now() + HOUR
  const cycle = { resetsAt: () => new Date(resetAt) }
  const raw = stage.config({ job: { schedule: { beforeReset: '12h' }, ...job }, credits: { cycle } })
  const resolved = resolveConfig({ ...raw, ...more })
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

async function started(config: Config): Promise<KeptSchedule & { readonly url: string }> {
  const kept = await keepSchedule(config, { log: silent, everyMs: 1_000, service: { port: 0, host: '127.0.0.1' } })
  return kept as KeptSchedule & { readonly url: string }
}

/** The samples of spenddown's own, by name and labels. */
async function samples({ url }: { readonly url: string }): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line.startsWith('spenddown_'))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
}

async function until<T>(ask: () => Promise<T>, good: (said: T) => boolean): Promise<T> {
  for (;;) {
    const said = await ask()
    if (good(said)) return said
    await sleep(20)
  }
}

const OF_VENDOR = '{vendor="simulated"}'
const OF_JOB = '{vendor="simulated",job="month-end"}'
const outcome = (name: string) => `{vendor="simulated",job="month-end",outcome="${name}"}`

onBothStages((begin) => {
  test('what /metrics says of a run is what `status` says, and of the account what `plan` does', async () => {
    const vendor = { allotment: 90, matchRate: 0.8, faults: { error500: { next: 3 } }, latencyMs: 2 }
    const stage = await begin({ people: 60, vendor })
    const heartbeats = await scriptedVendor(() => ({}))
    const told = await scriptedVendor(() => ({}))
    const notify = { url: told.url, forecastAbove: 1 }
    const config = scheduled(stage, { heartbeat: { url: `${heartbeats.url}/ping` }, notify }, { reserve: 10 })
    const kept = await started(config)
    const said = await until(
      () => samples(kept),
      (all) =>
        `spenddown_forecast_timestamp_seconds${OF_VENDOR}` in all &&
        heartbeats.calls.length > 0 &&
        told.calls.length > 1,
    )
    const { records, credits, calls, endedAt } =
      (await pastRun({ database: config.database, vendor: config.vendor.name }, null)) ?? {}
    if (records === undefined || credits === undefined || calls === undefined) throw new Error('there is no run')
    expect(said).toMatchObject({
      [`spenddown_last_run_status${outcome('completed')}`]: 1,
      [`spenddown_last_run_end_timestamp_seconds${OF_JOB}`]: Date.parse(String(endedAt)) / 1_000,
      [`spenddown_budget_credits${OF_JOB}`]: credits.budget,
      [`spenddown_reserve_credits${OF_JOB}`]: credits.reserve,
      [`spenddown_unknown_credits${OF_JOB}`]: credits.unknown,
      [`spenddown_run_spent_credits${OF_JOB}`]: credits.spent,
      [`spenddown_spent_credits_total${OF_JOB}`]: credits.spent,
      [`spenddown_balance_credits${OF_VENDOR}`]: credits.balance,
      [`spenddown_records_total${outcome('refreshed')}`]: records.refreshed,
      [`spenddown_records_total${outcome('not_found')}`]: records.notFound,
      [`spenddown_records_total${outcome('failed')}`]: records.failed,
      [`spenddown_calls_total${outcome('failed')}`]: calls.failed,
      [`spenddown_calls_total${outcome('throttled')}`]: calls.throttled,
      [`spenddown_calls_total${outcome('unknown')}`]: calls.unknown,
      [`spenddown_call_duration_seconds_count${OF_JOB}`]: calls.sent,
      [`spenddown_run_in_progress${OF_JOB}`]: 0,
    })
    expect(said[`spenddown_calls_total${outcome('ok')}`]).toBe(
      calls.sent - calls.failed - calls.throttled - calls.unknown,
    )
    expect(calls.failed).toBeGreaterThan(0)
    expect(records.notFound).toBeGreaterThan(0)
    const planned = await plan(config, 'month-end', silent)
    expect(said).toMatchObject({
      [`spenddown_spendable_credits${OF_JOB}`]: planned.credits.spendable,
      [`spenddown_forecast_unused_typical_credits${OF_VENDOR}`]: planned.unused.credits?.typical,
      [`spenddown_forecast_unused_most_credits${OF_VENDOR}`]: planned.unused.credits?.most,
      [`spenddown_reset_timestamp_seconds${OF_VENDOR}`]: Date.parse(planned.cycle.endAt) / 1_000,
    })
    const types = told.calls.map(({ body }) => JSON.parse(body).type)
    expect(types).toEqual(['run.completed', 'forecast.unused'])
    for (const path of ['/healthz', '/readyz']) expect((await fetch(kept.url + path)).status).toBe(200)
    await kept.stop()
    await expect(fetch(`${kept.url}/healthz`)).rejects.toThrow()
  })
})

onOneStage((begin) => {
  test('a daemon that has not run yet knows the last run, and tells so', async () => {
    const stage = await begin({ people: 5 })
    const first = await started(scheduled(stage))
    const done = (all: Record<string, number>) => `spenddown_forecast_timestamp_seconds${OF_VENDOR}` in all
    await until(() => samples(first), done)
    await first.stop()
    const second = await started(scheduled(stage))
    const said = await until(() => samples(second), done)
    await second.stop()
    expect(said).toMatchObject({
      [`spenddown_last_run_status${outcome('completed')}`]: 1,
      [`spenddown_run_spent_credits${OF_JOB}`]: 5,
      [`spenddown_spent_credits_total${OF_JOB}`]: 0,
    })
  })

  test('a run under way: it is ready, beats, shows its pace; while it stops, it is not ready any more', async () => {
    const stage = await begin({ people: 400, vendor: { latencyMs: 150 } })
    const heartbeats = await scriptedVendor(() => ({}))
    const kept = await started(scheduled(stage, { heartbeat: { url: heartbeats.url, every: '1s' } }))
    const said = await until(
      () => samples(kept),
      // Between two checkpoints of a busy machine there may be moments with nothing in flight.
      (all) =>
        (all[`spenddown_records_total${outcome('refreshed')}`] ?? 0) > 0 &&
        (all[`spenddown_calls_in_flight${OF_JOB}`] ?? 0) > 0 &&
        heartbeats.calls.length > 1,
    )
    expect(said[`spenddown_run_in_progress${OF_JOB}`]).toBe(1)
    expect(said[`spenddown_pace_concurrency${OF_JOB}`]).toBeGreaterThan(0)
    expect(said.spenddown_last_tick_timestamp_seconds).toBeGreaterThan(Date.now() / 1_000 - 5)
    expect((await fetch(`${kept.url}/readyz`)).status).toBe(200)
    stage.vendor.behave({ latencyMs: 700 })
    const { calls } = stage.vendor.stats
    while (stage.vendor.stats.calls < calls + 10) await sleep(5)
    const stopped = kept.stop()
    const unready = await fetch(`${kept.url}/readyz`)
    expect([unready.status, await unready.json()]).toMatchObject([503, { reason: 'stopping' }])
    expect((await fetch(`${kept.url}/healthz`)).status).toBe(200)
    await stopped
  })

  test('a config that does not fit the table: not ready, and the reason', async () => {
    const stage = await begin({ people: 3 })
    const records = { ...stage.config().records, update: { no_such_column: 'x' } }
    const heartbeats = await scriptedVendor(() => ({}))
    const kept = await started(scheduled(stage, { records, heartbeat: { url: heartbeats.url } }))
    const told = await until(
      async () => (await fetch(`${kept.url}/readyz`)).json() as Promise<{ reason?: string; detail?: string }>,
      ({ reason }) => reason !== 'starting',
    )
    expect(told).toEqual({ status: 'unavailable', reason: 'config', detail: expect.stringContaining('no_such_column') })
    expect((await fetch(`${kept.url}/healthz`)).status).toBe(200)
    await kept.stop()
    expect(heartbeats.calls).toEqual([])
  })
})
