import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { onEachDatabaseInTheLongForm } from '../support/databases/databases.ts'
import { audit } from './support/books.ts'
import { DatabaseView } from './support/database-view.ts'
import { endAll, type Started, startProcess } from './support/processes.ts'
import { resetOf, type Stage, setStage } from './support/stage.ts'

const HOUR = 3_600_000
const NOBODY_KILLED = { inFlightAtKills: 0, lostByVendor: 0 }

onEachDatabaseInTheLongForm('postgresql', (dialect) => {
  let stage: Stage
  const begin = async (people: number, credits: number, resetInMs = HOUR) => {
    stage = await setStage({
      dialect,
      keys: true,
      people,
      credits,
      scheduled: '12h',
      resetInMs,
      vendor: { latencyMs: { min: 10, max: 40 } },
    })
    return new DatabaseView(stage.database)
  }
  const daemon = (): Started => startProcess(['schedule', '--every', '1'], stage.place)
  const calls = async (count: number) => {
    while (stage.vendor.stats.calls < count) await sleep(5)
  }
  const completed = async (view: DatabaseView) => {
    while ((await view.runs()).at(-1)?.status !== 'completed') await sleep(50)
  }
  afterEach(async () => {
    endAll()
    await stage.clear()
  })

  test('starts what is due once, and ends cleanly at SIGTERM', async () => {
    const view = await begin(150, 120)
    const started = daemon()
    await completed(view)
    const { calls: made } = stage.vendor.stats
    // It asks every second: three more times it has to find that all is done.
    await sleep(3_200)
    started.kill('SIGTERM')
    const ended = await started.ended
    expect(ended.code, ended.stdout + ended.stderr).toBe(0)
    expect(await view.runs()).toHaveLength(1)
    expect(stage.vendor.stats.calls).toBe(made)
    expect((await audit(stage, NOBODY_KILLED)).wrong).toEqual([])
    const lines = ended.stdout.split('\n').filter((line) => line !== '')
    const said = lines.map((line) => JSON.parse(line) as { msg: string; decision?: string; why?: string })
    expect(said.map(({ msg }) => msg)).toContain('the scheduled run has ended')
    expect(said.filter(({ msg }) => msg === 'decided').map(({ decision }) => decision)).toEqual(['start', 'wait'])
  })

  test('at SIGTERM in the middle of a run its calls finish; the next daemon goes on with it', async () => {
    const view = await begin(700, 600)
    const first = daemon()
    await calls(60)
    first.kill('SIGTERM')
    const ended = await first.ended
    expect(ended.code, ended.stdout + ended.stderr).toBe(0)
    expect(await view.runs()).toMatchObject([{ status: 'stopped', held: 0, unknown: 0 }])
    expect(await view.calls('open')).toBe(0)
    const second = daemon()
    await completed(view)
    second.kill('SIGTERM')
    expect((await second.ended).code).toBe(0)
    expect(await view.runs()).toHaveLength(1)
    expect((await audit(stage, NOBODY_KILLED)).wrong).toEqual([])
  })

  test('killed again and again, it does the run once', async () => {
    const view = await begin(700, 600)
    for (let kills = 1; kills <= 3; kills++) {
      const started = daemon()
      await calls(stage.vendor.stats.calls + 60)
      started.kill('SIGKILL')
      await started.ended
    }
    const last = daemon()
    await completed(view)
    await sleep(2_200)
    last.kill('SIGTERM')
    await last.ended
    expect(await view.runs()).toHaveLength(1)
    expect((await audit(stage, NOBODY_KILLED)).wrong).toEqual([])
  })

  test('two daemons and a tick beside them: one run, and never two at once', async () => {
    const view = await begin(400, 350)
    const [one, two] = [daemon(), daemon()]
    await calls(40)
    // Slow until the tick has answered, so that it does not come after the run.
    stage.vendor.behave({ latencyMs: 700 })
    const beside = await startProcess(['tick', '--json'], stage.place).ended
    stage.vendor.behave({ latencyMs: { min: 10, max: 40 } })
    expect(beside.code, beside.stdout + beside.stderr).toBe(4)
    await completed(view)
    await sleep(2_200)
    for (const started of [one, two]) started.kill('SIGTERM')
    const ended = await Promise.all([one.ended, two.ended])
    expect(ended.map(({ code }) => code)).toEqual([0, 0])
    expect(await view.runs()).toHaveLength(1)
    expect((await audit(stage, NOBODY_KILLED)).wrong).toEqual([])
  })

  describe('over the reset', () => {
    test('a daemon that was frozen in a run does not spend the new month, and waits for the next start', async () => {
      const view = await begin(900, 800, 12_000)
      const started = daemon()
      const resetAt = await resetOf(stage)
      await calls(40)
      started.kill('SIGSTOP')
      expect(Date.now()).toBeLessThan(resetAt - 500)
      while (Date.now() < resetAt + 50) await sleep(10)
      started.kill('SIGCONT')
      while ((await view.runs())[0]?.status !== 'stopped') await sleep(50)
      while (!started.stdout().includes('"decision":"wait"')) await sleep(50)
      await sleep(2_200)
      started.kill('SIGTERM')
      const ended = await started.ended
      expect(ended.code, ended.stdout + ended.stderr).toBe(0)
      const later = stage.vendor.bill.entries().filter(({ kind, at }) => kind === 'lookup' && at >= resetAt)
      expect(later).toEqual([])
      expect(await view.runs()).toHaveLength(1)
    })
  })
})
