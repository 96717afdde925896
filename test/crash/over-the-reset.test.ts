import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { onEachDatabaseInTheLongForm } from '../support/databases/databases.ts'
import { DatabaseView } from './support/database-view.ts'
import { endAll, type Started, startCli, summaryOf } from './support/processes.ts'
import { resetOf, type Stage, setStage } from './support/stage.ts'

const CREDITS = 300

/** A process has to spend a little before it. */
const RESET_IN_MS = 12_000

onEachDatabaseInTheLongForm('sqlite', (dialect) => {
  let stage: Stage
  let resetAt: number
  const begin = async (calls: number, keys: boolean): Promise<Started> => {
    const vendor = { latencyMs: 250 }
    stage = await setStage({ dialect, keys, people: 900, credits: CREDITS, resetInMs: RESET_IN_MS, vendor })
    const run = startCli(['run', 'month-end'], stage.place)
    resetAt = await resetOf(stage)
    while (stage.vendor.stats.calls < calls && run.running()) await sleep(2)
    return run
  }
  const untilReset = async () => {
    while (Date.now() < resetAt + 50) await sleep(10)
  }
  const spentAfter = () =>
    stage.vendor.bill
      .entries()
      .filter(({ kind, at }) => kind === 'lookup' && at >= resetAt)
      .reduce((sum, { credits }) => sum + credits, 0)
  afterEach(async () => {
    endAll()
    await stage.clear()
  })

  test.each([false, true])(
    'a process that is frozen over the reset spends nothing of the new month (keys: %s)',
    async (keys) => {
      const run = await begin(30, keys)
      run.kill('SIGSTOP')
      expect(Date.now(), 'frozen before the reset').toBeLessThan(resetAt - 500)
      await untilReset()
      run.kill('SIGCONT')
      const ended = await run.ended
      expect(ended.code, ended.stderr).toBe(3)
      expect(summaryOf(ended)).toMatchObject({ status: 'stopped', stopReason: 'deadline' })
      expect(spentAfter()).toBe(0)
      expect(stage.vendor.account.remaining).toBe(CREDITS)
    },
  )

  test.each([false, true])(
    'a run that was killed before it spends nothing when it is resumed after it (keys: %s)',
    async (keys) => {
      const run = await begin(30, keys)
      run.kill('SIGKILL')
      await run.ended
      const view = new DatabaseView(stage.database)
      expect(await view.calls('open')).toBeGreaterThan(0)
      await untilReset()
      const resumed = await startCli(['resume'], stage.place).ended
      expect(resumed.code, resumed.stderr).toBe(3)
      expect(summaryOf(resumed)).toMatchObject({ status: 'stopped', stopReason: 'deadline' })
      expect(spentAfter()).toBe(0)
      expect(await view.runs()).toMatchObject([{ status: 'stopped', held: 0, unknown: 0 }])

      expect((await startCli(['resume'], stage.place).ended).code).toBe(2)
      const next = await startCli(['run', 'month-end'], stage.place).ended
      expect(next.code, next.stderr).toBe(0)
      // The reserve of the scene, to the credit: nothing is held back for what the old cycle left.
      expect(stage.vendor.account.remaining).toBe(stage.scene.reserve)
      expect(spentAfter()).toBe(CREDITS - stage.scene.reserve)
    },
  )
})
