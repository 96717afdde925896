import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { type AccountsStage, setAccountsStage } from '../integration/support/accounts-stage.ts'
import { databases } from '../support/databases/databases.ts'
import { endAll, type Started, startWith } from './support/processes.ts'

const CONFIG = fileURLToPath(new URL('./support/accounts-config.mjs', import.meta.url))
const HOUR_MS = 3_600_000
const TENANTS = 10
const ALLOTMENT = 60
/** Without the reserve. */
const BUDGET = 58
const IN_FLIGHT = 12

describe.skipIf(!databases.includes('postgresql'))('many machines over one PostgreSQL', () => {
  let stage: AccountsStage
  const begin = async () => {
    const vendorOf = () => ({ allotment: ALLOTMENT, latencyMs: { min: 20, max: 60 }, idempotency: true })
    stage = await setAccountsStage('postgresql', { tenants: TENANTS, people: 80, vendorOf })
    const { client } = stage.database.connection
    await client.$executeRawUnsafe('CREATE TABLE tenants (name TEXT, api_key TEXT, url TEXT)')
    for (const { account } of stage.tenants)
      await client.$executeRawUnsafe(
        `INSERT INTO tenants VALUES ('${account.name}', '${account.apiKey}', '${account.url}')`,
      )
  }
  afterEach(async () => {
    endAll()
    await stage.clear()
  })

  const resetAt = Date.now() + HOUR_MS
  const machine = (atOnce = 2): Started => {
    const { database, folder } = stage
    const place = { url: database.url, folder, resetAt, tenants: 'tenants', atOnce }
    return startWith(CONFIG, ['schedule', '--every', '1'], {
      cwd: folder,
      env: { SPENDDOWN_CASE: JSON.stringify(place) },
    })
  }
  const calls = () => stage.tenants.reduce((sum, { vendor }) => sum + vendor.stats.calls, 0)
  const until = async (isSo: () => boolean | Promise<boolean>, machines: readonly Started[]) => {
    while (!(await isSo())) {
      const dead = machines.find(({ running }) => !running())
      if (dead !== undefined) throw new Error(`a machine has ended: ${dead.stdout()}`)
      await sleep(20)
    }
  }
  const runs = () => stage.rows(`SELECT vendor, status, spent, held FROM ${stage.own('run')} ORDER BY vendor`)
  const allCompleted = async () => {
    const completed = (await runs().catch(() => [])).filter(({ status }) => status === 'completed')
    return completed.length === TENANTS
  }
  const said = ({ stdout }: Started) =>
    stdout()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { msg: string; account?: string })
  const worked = (each: Started) =>
    said(each).flatMap(({ msg, account }) => (msg === 'the scheduled run has ended' ? (account ?? '?') : []))
  const expectBooks = async (lostAtMost: number) => {
    for (const { account, vendor } of stage.tenants) {
      const { lookupCredits, mostChargesOfARecord, recordsChargedMoreThanOnce } = vendor.bill.totals()
      expect(lookupCredits, account.name).toBeLessThanOrEqual(BUDGET)
      expect(lookupCredits, account.name).toBeGreaterThanOrEqual(BUDGET - lostAtMost)
      expect([mostChargesOfARecord, recordsChargedMoreThanOnce], account.name).toEqual([1, 0])
      expect(await stage.refreshed(account.name), account.name).toBeGreaterThanOrEqual(BUDGET - lostAtMost)
    }
    const all = await runs()
    expect(all.map(({ vendor }) => vendor)).toEqual(
      stage.tenants.map(({ account }) => `simulated/${account.name}`).sort(),
    )
    expect(all.map(({ held }) => Number(held))).toEqual(all.map(() => 0))
  }

  test('they share the accounts; one that is killed in the middle loses its own to the others', async () => {
    await begin()
    const machines = [machine(), machine(), machine()] as const
    await until(() => calls() >= 200, machines)
    const [victim, ...others] = machines
    victim.kill('SIGKILL')
    await victim.ended
    await until(allCompleted, others)
    for (const each of others) {
      each.kill('SIGTERM')
      expect((await each.ended).code).toBe(0)
    }
    expect(others.every((each) => worked(each).length > 0)).toBe(true)
    // What the one that was killed had done at that moment it may not have said.
    const all = new Set([victim, ...others].flatMap(worked))
    expect(all.size).toBeGreaterThanOrEqual(TENANTS - 2)
    await expectBooks(IN_FLIGHT)
  })

  test('one that is told to stop hands its accounts back, and the other goes on with their runs', async () => {
    await begin()
    const first = machine(4)
    await until(() => calls() >= 60, [first])
    const second = machine(4)
    first.kill('SIGTERM')
    const ended = await first.ended
    expect(ended.code, ended.stdout + ended.stderr).toBe(0)
    await until(allCompleted, [second])
    second.kill('SIGTERM')
    expect((await second.ended).code).toBe(0)
    expect(await stage.rows(`SELECT no FROM ${stage.own('run')}`)).toHaveLength(TENANTS)
    await expectBooks(0)
  })
})
