import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { onEachDatabaseInTheLongForm } from '../support/databases/databases.ts'
import { audit } from './support/books.ts'
import { DatabaseView } from './support/database-view.ts'
import { endAll, startCli, summaryOf } from './support/processes.ts'
import { type Scene, type Stage, setStage } from './support/stage.ts'

onEachDatabaseInTheLongForm('sqlite', (dialect) => {
  let stage: Stage
  const begin = async (changes: Partial<Scene>, calls: number) => {
    stage = await setStage({ dialect, ...changes })
    const run = startCli(['run', 'month-end'], stage.place)
    while (stage.vendor.stats.calls < calls && run.running()) await sleep(2)
    return { run, view: new DatabaseView(stage.database) }
  }
  afterEach(async () => {
    endAll()
    await stage.clear()
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: calls in flight finish, all is committed, exit 3, resume finishes',
    async (signal) => {
      const { run, view } = await begin({}, 80)
      run.kill(signal)
      const stopped = await run.ended
      expect(stopped.code, stopped.stderr).toBe(3)
      expect(summaryOf(stopped)).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
      expect(await view.calls('open')).toBe(0)
      expect((await view.runs())[0]).toMatchObject({
        status: 'stopped',
        held: 0,
        unknown: 0,
        spent: stage.vendor.bill.totals().lookupCredits,
      })
      const resumed = await startCli(['resume'], stage.place).ended
      expect(resumed.code, resumed.stderr).toBe(0)
      expect((await audit(stage, { inFlightAtKills: 0, lostByVendor: 0 })).wrong).toEqual([])
    },
  )

  test('a second signal ends it at once, and a resume is safe', async () => {
    const { run, view } = await begin(
      { timeoutMs: 4_000, vendor: { latencyMs: 2_000 }, people: 60, credits: 40, reserve: 5 },
      4,
    )
    run.kill('SIGTERM')
    await sleep(200)
    const at = performance.now()
    run.kill('SIGTERM')
    const ended = await run.ended
    expect(ended.code).toBe(3)
    expect(ended.at - at).toBeLessThan(1_000)
    const inFlightAtKills = await view.calls('open')
    expect(inFlightAtKills).toBeGreaterThan(0)
    stage.vendor.behave({ latencyMs: 10 })
    const resumed = await startCli(['resume'], stage.place).ended
    expect(resumed.code, resumed.stderr).toBe(0)
    expect((await audit(stage, { inFlightAtKills, lostByVendor: 0 })).wrong).toEqual([])
  })
})
