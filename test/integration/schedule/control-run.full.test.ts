import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { tick } from '../../../src/app/daemon/tick.ts'
import { pastRun, pastRuns } from '../../../src/app/past/past-runs.ts'
import { controlRun } from '../../../src/app/run/control-run.ts'
import { type StartedRun, startRun } from '../../../src/app/run/run.ts'
import type { Config } from '../../../src/config/config.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { RunEvent } from '../../../src/refresh/events/events.ts'
import type { Changes } from '../support/config.ts'
import { onBothStages } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const ANN = 'ann@desk'

/** The stage's config with a job that is due, resolved. */
function due(stage: Stage, credits: Changes['credits'] = {}): Config {
  const resetAt = Date.now() + 3_600_000
  const cycle = { resetsAt: () => new Date(resetAt) }
  const changes = { job: { schedule: { beforeReset: '12h' } }, vendor: { limits: { maxConcurrent: 2 } } }
  const resolved = resolveConfig(stage.config({ ...changes, credits: { ...credits, cycle } }))
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5)
}

/** The scheduled run, when it has spent some credits. */
async function underway(
  stage: Stage,
  config: Config,
  onEvent: (event: RunEvent) => void = () => {},
): Promise<StartedRun> {
  const { due } = await tick(config, { log: silent, now: Date.now })
  if (due === null) throw new Error('nothing is due')
  const handle = startRun(config, due, { log: silent, onEvent })
  await until(() => charges(stage) >= 10)
  return handle
}

function charges({ vendor }: Stage): number {
  return vendor.bill.totals().charges
}

onBothStages((begin) => {
  const SETTING = { people: 400, vendor: { allotment: 500, latencyMs: { min: 5, max: 15 } } }

  test('a pause is felt within a second, holds while it is wanted, and ends when it is taken back', async () => {
    const stage = await begin(SETTING)
    const config = due(stage)
    const told: RunEvent[] = []
    const handle = await underway(stage, config, (event) => told.push(event))
    const { atWork } = await controlRun(config, 'pause', null, ANN)
    expect(atWork).toMatch(/^process \d+ on /)
    await sleep(1_000)
    const paused = charges(stage)
    await sleep(700)
    expect(charges(stage)).toBe(paused)
    expect(paused).toBeLessThan(400)
    const { run } = await controlRun(config, 'continue', null, ANN)
    expect(run.controlRequest).toBeNull()
    expect(await handle.summary).toMatchObject({
      status: 'completed',
      controlRequest: null,
      records: { refreshed: 400 },
    })
    expect(stage.vendor.bill.totals()).toMatchObject({ charges: 400, recordsChargedMoreThanOnce: 0 })
    const requests = told.flatMap((event) => (event.type === 'control-request' ? [event.controlRequest] : []))
    expect(requests).toEqual([{ what: 'pause', by: ANN, at: expect.stringMatching(/Z$/) }, null])
    // 400 people for 500 credits: there are no more.
    expect(told.findLast(({ type }) => type === 'progress')).toMatchObject({ selectsMore: false })
    expect(told[0]).toMatchObject({ type: 'started', deadline: { resetAt: expect.any(Number) } })
  })

  test('where the credits are a pool of their own, a run that is not named is found all the same', async () => {
    const stage = await begin(SETTING)
    const config = due(stage, { pool: 'phones' })
    const handle = await underway(stage, config)
    const { run } = await controlRun(config, 'pause', null, ANN)
    await controlRun(config, 'continue', null, ANN)
    await controlRun(config, 'stop', null, ANN)
    expect(await handle.summary).toMatchObject({ runId: run.runId, vendor: 'simulated:phones', status: 'stopped' })
    // The schedule knows of it too.
    const { decision } = (await tick(config, { log: silent, now: Date.now })).chosen
    expect(decision).toMatchObject({ kind: 'wait', because: 'needs-person' })
  })

  test('a stop ends the run early; the schedule leaves it alone until it is taken back', async () => {
    const stage = await begin(SETTING)
    const config = due(stage)
    const handle = await underway(stage, config)
    const { run } = await controlRun(config, 'stop', null, ANN)
    const summary = await handle.summary
    expect(summary).toMatchObject({ runId: run.runId, status: 'stopped', stopReason: 'interrupted' })
    expect(summary.detail).toMatch(/^stopped by ann@desk at /)
    expect(summary.credits.spent).toBe(charges(stage))
    const { chosen } = await tick(config, { log: silent, now: Date.now })
    expect(chosen.decision).toMatchObject({ kind: 'wait', because: 'needs-person' })
    expect(chosen.decision.why).toContain('stopped by ann@desk')
    await controlRun(config, 'continue', run.runId, ANN)
    const next = await tick(config, { log: silent, now: Date.now })
    expect(next.chosen.decision).toMatchObject({ kind: 'resume', runId: run.runId })
    if (next.due === null) throw new Error('nothing is due')
    expect(await startRun(config, next.due, { log: silent }).summary).toMatchObject({ status: 'completed' })
    await expect(controlRun(config, 'pause', run.runId, ANN)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })

  test('tables of an older version are told as that, with what to do', async () => {
    const stage = await begin({ people: 3 })
    const config = due(stage)
    await stage.run()
    await stage.execute(`ALTER TABLE ${stage.own('run')} DROP COLUMN control_request`)
    const older = { code: 'DATABASE_OLDER', message: expect.stringContaining('`spenddown migrate`') }
    await expect(pastRuns({ database: config.database, vendor: null }, 5)).rejects.toMatchObject(older)
    await expect(controlRun(config, 'stop', null, ANN)).rejects.toMatchObject(older)
  })

  test('there is nobody to tell where nothing has run', async () => {
    const stage = await begin({ people: 3 })
    await expect(controlRun(due(stage), 'stop', null, ANN)).rejects.toMatchObject({
      problems: [{ found: 'no runs in this database' }],
    })
  })

  test('a run whose process is gone is told as one that was interrupted, as `status` tells it', async () => {
    const stage = await begin({ people: 5 })
    const { summary } = await stage.run()
    await stage.execute(`UPDATE ${stage.own('run')} SET status = 'running', ended_at = NULL, held = 1000000`)
    const { run, atWork } = await controlRun(due(stage), 'pause', summary.runId, ANN)
    expect([run.status, run.stopReason, run.credits.unknown, atWork]).toEqual(['stopped', 'interrupted', 1, null])
    expect(await pastRun({ database: due(stage).database, vendor: null }, summary.runId)).toEqual(run)
  })
})
