import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { raw } from '../../src/store/sql.ts'
import { onEachDatabaseInTheLongForm } from '../support/databases/databases.ts'
import { audit } from './support/books.ts'
import { DatabaseView } from './support/database-view.ts'
import { type Ended, endAll, type Place, type Started, startCli } from './support/processes.ts'
import { type Relay, startRelay } from './support/relay.ts'
import { type Scene, type Stage, setStage } from './support/stage.ts'

const NOBODY_KILLED = { inFlightAtKills: 0, lostByVendor: 0 }
const RUN = ['run', 'month-end']

onEachDatabaseInTheLongForm('postgresql', (dialect) => {
  let stage: Stage
  const relays: Relay[] = []
  const open = async (changes: Partial<Scene>) => {
    stage = await setStage({ dialect, keys: true, ...changes })
  }
  /** The stage's place, with a relay of its own between it and the vendor. */
  const watched = async (): Promise<{ place: Place; relay: Relay }> => {
    const relay = await startRelay(stage.vendor.url)
    relays.push(relay)
    return { relay, place: { ...stage.place, env: { ...stage.place.env, SPENDDOWN_VENDOR_URL: relay.url } } }
  }
  afterEach(async () => {
    endAll()
    for (const relay of relays.splice(0)) await relay.close()
    await stage.clear()
  })

  describe('started at once, exactly one spends and the others exit 4', () => {
    test.each([2, 5])('%i processes', async (count) => {
      await open({ people: 250, credits: 200, timeoutMs: 5_000, vendor: { latencyMs: 1_000 } })
      const places = await Promise.all(Array.from({ length: count }, watched))
      const started = places.map(({ place }) => startCli(RUN, place))
      // The vendor is slow until the others have given up, so that none of them comes after the first has finished.
      while (started.filter((process) => process.running()).length > 1) await sleep(20)
      stage.vendor.behave({ latencyMs: 10 })
      const ended = await Promise.all(started.map((process) => process.ended))
      const spenders = places.filter(({ relay }) => relay.passed.length > 0)
      expect(ended.map(({ code }) => code).sort(), told(ended)).toEqual([0, ...Array(count - 1).fill(4)])
      expect(spenders).toHaveLength(1)
      expect((await audit(stage, NOBODY_KILLED)).wrong).toEqual([])
    })
  })

  test('while one runs, another exits 4 within seconds and touches nothing', async () => {
    await open({ people: 600, credits: 600 })
    const first = await watched()
    const running = startCli(RUN, first.place)
    await calls(first.relay, 10)
    const second = await watched()
    const refused = await startCli(RUN, second.place).ended
    expect(refused.code, told([refused])).toBe(4)
    expect(second.relay.passed).toEqual([])
    expect((await running.ended).code).toBe(0)
    expect((await audit(stage, NOBODY_KILLED)).wrong).toEqual([])
  })

  test('a process stopped past its lease commits nothing and sends nothing more when it wakes', async () => {
    await open({ people: 500, credits: 450, lease: '2s' })
    const view = new DatabaseView(stage.database)
    const first = await watched()
    const sleeper = startCli(RUN, first.place)
    await calls(first.relay, 60)
    await freeze(sleeper, stage)
    await sleep(2_100)
    const inFlight = await view.calls('open')
    const second = await watched()
    const heir = startCli(['resume'], second.place)
    await calls(second.relay, 20)
    const before = { sent: first.relay.passed.length, token: await view.token() }
    sleeper.kill('SIGCONT')
    const [woken, finished] = await Promise.all([sleeper.ended, heir.ended])
    expect(woken.code, told([woken])).toBe(4)
    expect(finished.code, told([finished])).toBe(0)
    expect(first.relay.passed.length, 'lookups sent after waking').toBe(before.sent)
    expect(await view.token()).toBe(before.token)
    expect((await audit(stage, { inFlightAtKills: inFlight, lostByVendor: 0 })).wrong).toEqual([])
  })

  describe('a holder on another machine', () => {
    const interrupted = async () => {
      await open({ people: 250, credits: 200, lease: '2s' })
      const { place, relay } = await watched()
      const run = startCli(RUN, place)
      await calls(relay, 20)
      run.kill('SIGKILL')
      await run.ended
      return new DatabaseView(stage.database)
    }

    test('is waited out, and then its run goes on', async () => {
      const view = await interrupted()
      const open = await view.calls('open')
      await view.moveLease(4_000)
      const movedAt = Date.now()
      const { place, relay } = await watched()
      const resumed = startCli(RUN, place)
      await calls(relay, 1)
      expect(Date.now() - movedAt).toBeGreaterThanOrEqual(4_000)
      expect((await resumed.ended).code).toBe(0)
      expect((await audit(stage, { inFlightAtKills: open, lostByVendor: 0 })).wrong).toEqual([])
    })

    test('that renews its lease keeps the account: the newcomer exits 4 and sends nothing', async () => {
      const view = await interrupted()
      await view.moveLease(60_000)
      const renewing = setInterval(() => void view.renewLease(60_000), 300)
      const { place, relay } = await watched()
      const refused = await startCli(RUN, place).ended
      clearInterval(renewing)
      expect(refused.code, told([refused])).toBe(4)
      expect(relay.passed).toEqual([])
    })
  })
})

/**
 * Stops a process. On SQLite not in the middle of a transaction: there it holds the file's lock, which nobody can take
 * from a process that lives; on PostgreSQL the server takes it.
 */
async function freeze(process: Started, { database: { dialect, connection } }: Stage): Promise<void> {
  for (;;) {
    process.kill('SIGSTOP')
    if (dialect !== 'sqlite' || (await isWritable(connection))) return
    process.kill('SIGCONT')
    await sleep(3)
  }
}

async function isWritable({ client }: Stage['database']['connection']): Promise<boolean> {
  await client.$queryRaw(raw('PRAGMA busy_timeout = 0'))
  try {
    await client.$executeRaw(raw('UPDATE people SET email = email WHERE id = 1'))
    return true
  } catch {
    return false
  }
}

async function calls(relay: Relay, count: number): Promise<void> {
  while (relay.passed.length < count) await sleep(5)
}

function told(ended: readonly Ended[]): string {
  return ended.map(({ code, stdout, stderr }) => `exit ${code}: ${stdout}${stderr}`).join('\n')
}
