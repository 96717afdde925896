import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { onEachDatabaseInTheLongForm } from '../support/databases/databases.ts'
import { DatabaseView } from './support/database-view.ts'
import { endAll, startCli } from './support/processes.ts'
import { type Stage, setStage } from './support/stage.ts'

onEachDatabaseInTheLongForm('mysql', (dialect) => {
  let stage: Stage
  afterEach(async () => {
    endAll()
    await stage.clear()
  })

  describe.each([true, false])('after a kill, idempotency keys: %s', (keys) => {
    test.each([
      ['a new run of the job', ['run', 'month-end', '--new']],
      ['a run of another job', ['run', 'other']],
    ])('%s keeps the reserve, and leaves nothing on the floor', async (_, args) => {
      stage = await setStage({
        dialect,
        keys,
        people: 1_000,
        credits: 300,
        vendor: { latencyMs: 400, chargeAt: 'reply' },
      })
      const killed = startCli(['run', 'month-end'], stage.place)
      while (stage.vendor.stats.calls < 30) await sleep(2)
      killed.kill('SIGKILL')
      await killed.ended
      expect(await new DatabaseView(stage.database).calls('open')).toBeGreaterThan(0)
      stage.vendor.behave({ latencyMs: { min: 5, max: 30 } })
      const ended = await startCli(args, stage.place).ended
      const left = stage.vendor.account.remaining - stage.scene.reserve
      expect(ended.code, ended.stderr).toBe(0)
      expect(left).toBeGreaterThanOrEqual(0)
      // With keys the interrupted run keeps its calls' reservations: it sends them again, under the same keys.
      const kept = (await new DatabaseView(stage.database).runs()).reduce((sum, run) => sum + run.held, 0)
      if (!keys) expect(kept).toBe(0)
      expect(left, `stranded: ${JSON.stringify(await new DatabaseView(stage.database).runs())}`).toBeLessThanOrEqual(
        kept,
      )
      expect((await startCli(['resume'], stage.place).ended).code).toBe(0)
      expect(stage.vendor.account.remaining - stage.scene.reserve).toBe(0)
    })
  })
})
