import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { withApp } from '../../../src/app/compose/with-app.ts'
import { runRequest } from '../../../src/app/run/run-request.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { StopSwitch } from '../../../src/refresh/control/stop-switch.ts'
import { refreshRun } from '../../../src/refresh/refresh-run.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import { goOn } from '../support/perform.ts'
import { booksOf } from '../support/stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const DRAIN_MS = 100

onOneStage((begin) => {
  test('a stop does not wait longer than it says for calls that may take minutes; they are unknown, and held', async () => {
    const stage = await begin({ people: 60, vendor: { latencyMs: 20 } })
    const raw = stage.config({ vendor: { timeoutMs: 60_000, limits: { maxConcurrent: 1 } } })
    const resolved = resolveConfig(raw)
    if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
    await withApp(resolved.config, silent, async (app) => {
      const stop = new StopSwitch()
      const parts = { ...app.parts(() => {}), drainMs: DRAIN_MS }
      const run = refreshRun(runRequest({ job: 'month-end' }, app), parts, stop)
      const called = async (calls: number) => {
        while (stage.vendor.stats.calls < calls) await sleep(2)
      }
      await called(8)
      stage.vendor.behave({ latencyMs: 50_000 })
      // The only call that may be in flight has arrived: none is lost on its way, uncharged.
      await called(stage.vendor.stats.calls + 1)
      while (stage.vendor.stats.concurrent === 0) await sleep(2)
      const stoppedAt = performance.now()
      stop.stop('interrupted')
      const ended = await run
      expect(performance.now() - stoppedAt).toBeLessThan(5_000)
      expect(ended).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
    })
    // It has hung up: nothing keeps the process alive.
    while (stage.vendor.stats.concurrent > 0) await sleep(2)
    stage.vendor.behave({ latencyMs: 1 })
    const { summary } = await goOn(stage.config())
    expect(summary.status).toBe('completed')
    const { spent, billed } = booksOf(summary, stage)
    expect(summary.credits.unknown).toBeGreaterThan(0)
    expect(spent + summary.credits.unknown).toBe(billed)
  })
})
