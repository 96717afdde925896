import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { connect } from '../../src/store/client.ts'
import { raw } from '../../src/store/sql.ts'
import { onEachDatabaseInTheLongForm } from '../support/databases/databases.ts'
import { ownTable } from '../support/databases/of-database.ts'
import { audit } from './support/books.ts'
import { DatabaseView } from './support/database-view.ts'
import { type Ended, endAll, type Place, startCli, summaryOf } from './support/processes.ts'
import { emailOf, type Scene, type Stage, setStage } from './support/stage.ts'

let stage: Stage
afterEach(async () => {
  endAll()
  await stage.clear()
})

async function killAfter(calls: number, args: readonly string[], place = stage.place): Promise<number> {
  const before = stage.vendor.stats.calls
  const started = startCli(args, place)
  while (stage.vendor.stats.calls < before + calls && started.running()) await sleep(2)
  started.kill('SIGKILL')
  await started.ended
  return new DatabaseView(stage.database).recordsInOpenCalls()
}

onEachDatabaseInTheLongForm('sqlite', (dialect) => {
  // It bills when it answers: what is in flight at the kill is in no balance for a while.
  const vendor = { latencyMs: 5, chargeAt: 'reply' } as const
  const scene: Partial<Scene> = { dialect, credits: 120, budget: 100, reserve: 10, timeoutMs: 16_000, vendor }

  const inBetween: [string, (place: Place) => Promise<Ended>, number][] = [
    ['a run with other flags', (place) => startCli(['run', 'month-end', '--limit', '3'], place).ended, 2],
    [
      'a resume for which the balance cannot be read',
      async (place) => {
        stage.vendor.behave({ accountStatus: 503 })
        const reads = stage.vendor.stats.accountReads
        const resumed = startCli(['resume'], place)
        while (stage.vendor.stats.accountReads === reads) await sleep(2)
        resumed.kill('SIGTERM')
        const ended = await resumed.ended
        stage.vendor.behave({ accountStatus: 200 })
        return ended
      },
      3,
    ],
  ]

  describe('a crash stays a fact until its run is taken up', () => {
    test.each(inBetween)('%s comes in between', async (_, command, code) => {
      stage = await setStage(scene)
      const run = startCli(['run', 'month-end'], stage.place)
      while (stage.vendor.stats.calls < 30) await sleep(2)
      stage.vendor.behave({ latencyMs: 15_000 })
      const slowFrom = stage.vendor.stats.calls
      while (stage.vendor.stats.calls === slowFrom) await sleep(2)
      await sleep(100)
      run.kill('SIGKILL')
      const killed = await run.ended
      const inFlightAtKills = await new DatabaseView(stage.database).recordsInOpenCalls()
      expect(inFlightAtKills).toBeGreaterThan(0)
      expect((await command(stage.place)).code).toBe(code)
      stage.vendor.behave({ latencyMs: 5 })
      const ended = await startCli(['resume'], stage.place).ended
      expect(ended.code, ended.stderr).toBe(0)
      // The vendor deals with a call whether its client is still there or not.
      await sleep(Math.max(0, killed.at + 16_000 - performance.now()))
      expect((await audit(stage, { inFlightAtKills, lostByVendor: 0 })).wrong).toEqual([])
    })
  })

  test.each([true, false])('a record of which two processes died is not asked for again; keys: %s', async (keys) => {
    stage = await setStage({ dialect, keys, maxConcurrent: 2, people: 40, credits: 100, deadly: emailOf(7) })
    const codes: (number | null)[] = []
    while (codes.at(-1) !== 0 && codes.length < 6) {
      codes.push((await startCli(['run', 'month-end'], stage.place).ended).code)
    }
    expect(codes).toEqual([null, null, 0])
    const sent = stage.vendor.bill.entries().filter(({ records }) => records.includes(emailOf(7)))
    expect(sent.length).toBe(keys ? 1 : 2)
    const [item] = await stage.database.connection.client.$queryRaw<{ state: string; reason: string }[]>(
      raw(`SELECT state, reason FROM ${ownTable(dialect, 'item')} WHERE "key" = '7'`),
    )
    expect(item).toMatchObject({ state: 'unknown', reason: expect.stringContaining('two processes that died') })
  })
})

test('records that are changed between a crash and the resume: their calls do not go out again for other data', async () => {
  stage = await setStage({ dialect: 'sqlite', keys: true, people: 60, credits: 200, reserve: 0 })
  const { database, vendor } = stage
  const run = startCli(['run', 'month-end'], stage.place)
  while (vendor.stats.calls < 30) await sleep(2)
  vendor.behave({ latencyMs: 3_000 })
  const slowFrom = vendor.stats.calls
  while (vendor.stats.calls === slowFrom) await sleep(2)
  run.kill('SIGKILL')
  await run.ended
  vendor.behave({ latencyMs: 5 })
  await database.connection.client.$executeRaw(
    raw(`UPDATE people SET email = 'new-' || email WHERE id IN (
      SELECT CAST(i.key AS INTEGER) FROM spenddown_call AS c, json_each(c.items) AS j
        JOIN spenddown_item AS i ON i.run_no = c.run_no AND i.seq = j.value WHERE c.state = 'open')`),
  )
  const ended = await startCli(['resume'], stage.place).ended
  expect(ended.code, ended.stderr).toBe(0)
  expect(vendor.stats.keyMismatches).toBe(0)
  expect(summaryOf(ended)).toMatchObject({ records: { unknown: 0 }, credits: { unknown: 0 } })
  expect(summaryOf(ended).records.superseded).toBeGreaterThan(0)
  expect(summaryOf(ended).credits.spent).toBe(vendor.bill.totals().lookupCredits)
  const wrong = (await new DatabaseView(database).people()).filter(({ email, echo }) => echo !== null && echo !== email)
  expect(wrong).toEqual([])
})

test('a database that is set back: no call takes the id of another, so that no record gets the reply of another', async () => {
  stage = await setStage({ dialect: 'sqlite', keys: true, people: 300, credits: 1_000, reserve: 0 })
  const { database, vendor } = stage
  const file = fileURLToPath(database.url)
  const copy = (from: string, to: string) => {
    for (const end of ['', '-wal', '-shm']) {
      rmSync(to + end, { force: true })
      if (existsSync(from + end)) copyFileSync(from + end, to + end)
    }
  }
  await killAfter(60, ['run', 'month-end'])
  copy(file, `${file}.backup`)
  // Records that need no call give the others other numbers than they have once the database is back at the copy.
  await database.connection.client.$executeRaw(
    raw(`UPDATE people SET refreshed_at = '2999-01-01T00:00:00.000Z' WHERE id % 3 = 0 AND job_title = 'before'`),
  )
  await killAfter(120, ['resume'])
  copy(`${file}.backup`, file)
  const ended = await startCli(['resume'], stage.place).ended
  expect(summaryOf(ended), ended.stderr).toMatchObject({ status: 'completed' })
  expect(vendor.stats.keyMismatches, 'keys that came again for another record').toBe(0)
  const after = await connect(database.url, 'sqlite')
  const people = await after.client.$queryRaw<{ email: string; echo: string | null }[]>(
    raw("SELECT email, echo FROM people WHERE job_title <> 'before'"),
  )
  await after.close()
  expect(people.filter(({ email, echo }) => echo !== email)).toEqual([])
  expect(people.length).toBeGreaterThan(250)
})
