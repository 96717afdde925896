import { afterEach, expect, test } from 'vitest'
import { onEachDatabaseInTheLongForm } from '../support/databases/databases.ts'
import { DatabaseView } from './support/database-view.ts'
import { endAll, startChild, startCli } from './support/processes.ts'
import { type Stage, setStage } from './support/stage.ts'

/** The first transactions of a process are those that begin or go on with a run, and select; later it selects again. */
const TRANSACTIONS = [4, 5, 30]
const POINTS = ['uncommitted', 'committing', 'committed']

onEachDatabaseInTheLongForm('mysql', (dialect) => {
  let stage: Stage
  afterEach(async () => {
    endAll()
    await stage.clear()
  })

  test('killed at every step of its selections, a run by gain expects something of each selected record, once', async () => {
    const vendor = { latencyMs: { min: 2, max: 8 }, matchRate: 0.6 }
    stage = await setStage({ dialect, byGain: true, keys: true, people: 900, credits: 600, vendor })
    // What the order goes by has been seen before.
    expect((await startCli(['run', 'other', '--limit', '300'], stage.place).ended).code).toBe(0)
    const view = new DatabaseView(stage.database)
    const seen = { kills: 0, selected: new Set<number>() }
    for (const transaction of TRANSACTIONS)
      for (const point of POINTS) {
        const hasBegun = (await view.runs()).length > 1
        const ended = await startChild(hasBegun ? 'resume' : 'run', { transaction, point }, stage.place).ended
        if (ended.signal === 'SIGKILL') seen.kills += 1
        const run = (await view.runs())[1]
        if (run === undefined) continue
        seen.selected.add(run.selected)
        expect((await view.expected())?.records ?? 0, `${transaction} ${point}`).toBe(run.selected)
        if (ended.signal === null) break
      }
    if ((await view.runs())[1]?.status !== 'completed')
      expect((await startCli(['resume'], stage.place).ended).code).toBe(0)
    const run = (await view.runs())[1]
    expect(run).toMatchObject({ status: 'completed' })
    expect((await view.expected())?.records).toBe(run?.selected)
    // It was killed in more than one of its selections.
    expect(seen.kills).toBeGreaterThan(6)
    expect(seen.selected.size).toBeGreaterThan(1)
    expect(run?.selected).toBeGreaterThan(300)
  })
})
