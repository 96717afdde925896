import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { databases, onEachDatabase } from '../support/databases/databases.ts'
import { audit } from './support/books.ts'
import { DatabaseView } from './support/database-view.ts'
import { keepDisconnecting, takeAway } from './support/outages.ts'
import { endAll, startCli, summaryOf } from './support/processes.ts'
import { type Scene, type Stage, setStage } from './support/stage.ts'

let stage: Stage
const begin = async (changes: Partial<Scene>, calls: number) => {
  stage = await setStage(changes)
  const run = startCli(['run', 'month-end'], stage.place)
  while (stage.vendor.stats.calls < calls && run.running()) await sleep(2)
  return { run, view: new DatabaseView(stage.database) }
}
const journals = () => readdirSync(stage.place.cwd).filter((name) => name.includes('journal'))
const NOTHING_LOST = { inFlightAtKills: 0, lostByVendor: 0 }

afterEach(async () => {
  endAll()
  await stage.clear()
})

onEachDatabase((dialect) => {
  const unreachableMs = dialect === 'sqlite' ? 7_000 : 3_000

  test(`a database that is unreachable for ${unreachableMs / 1_000} s: the run goes on, and nothing paid for is lost`, async () => {
    const { run } = await begin({ dialect }, 80)
    await takeAway(stage, unreachableMs)
    const ended = await run.ended
    expect(ended.code, ended.stderr).toBe(0)
    expect(ended.stderr).toContain('the database is unreachable')
    expect(journals()).toEqual([])
    expect((await audit(stage, NOTHING_LOST)).wrong).toEqual([])
  })

  test('away for too long: exit 3, replies kept in a private journal; the resume writes them first, and pays nobody twice', async () => {
    const { run, view } = await begin(
      { dialect, unavailableFor: '2s', vendor: { latencyMs: { min: 100, max: 200 } } },
      40,
    )
    const away = takeAway(stage, 14_000)
    const stopped = await run.ended
    expect(stopped.code, stopped.stderr).toBe(3)
    expect(summaryOf(stopped)).toMatchObject({ status: 'stopped' })
    const [journal] = journals()
    expect(journal, 'a journal').toBeDefined()
    expect(statSync(join(stage.place.cwd, journal ?? '')).mode & 0o777).toBe(0o600)
    const paid = stage.vendor.bill.chargesByRecord().size
    await away
    stage.vendor.behave({ latencyMs: { min: 5, max: 30 } })
    const resumed = await startCli(['resume'], stage.place).ended
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(journals()).toEqual([])
    expect(paid).toBeGreaterThan(0)
    expect(await view.calls('open')).toBe(0)
    expect((await audit(stage, NOTHING_LOST)).wrong).toEqual([])
  })
})

describe.each(['postgresql', 'mysql'] as const)('on a server: %s', (dialect) => {
  test.skipIf(!databases.includes(dialect))(
    'connections that break again and again: the run goes on, and nothing paid for is lost',
    async () => {
      const { run } = await begin({ dialect }, 20)
      const stop = keepDisconnecting(stage, 150)
      const ended = await Promise.race([run.ended, sleep(20_000)])
      const broken = await stop()
      const last = ended ?? (await run.ended)
      expect(last.code, last.stderr).toBe(0)
      expect(broken).toBeGreaterThan(3)
      expect((await audit(stage, NOTHING_LOST)).wrong).toEqual([])
    },
  )
})
