import { expect, it } from 'vitest'
import { callsSince } from '../../../src/store/ledger/calls-since.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { onEachDatabase, openDatabase } from '../../support/databases/databases.ts'

const NOW = Date.UTC(2026, 10, 30, 12)
const HOUR = 3_600_000

onEachDatabase((dialect) => {
  it('what all runs of a vendor have sent since, oldest first; what stands open counts as sent just now', async () => {
    const database = await openDatabase(dialect)
    const { client } = database.connection
    await migrate(database.connection)
    const run = async (vendor: string, endedAt: number | null, calls: readonly [state: string, at: number][]) => {
      const rest = { job: 'j', source: 's', status: 'stopped', spec: '{}', specHash: 'h', budget: 1n, reserve: 0n }
      const ended = endedAt === null ? null : BigInt(NOW + endedAt)
      const id = `${vendor}-${endedAt}`
      const { no } = await client.run.create({ data: { id, vendor, ...rest, createdAt: 0n, endedAt: ended } })
      for (const [n, [state, at]] of calls.entries()) {
        const data = { runNo: no, n: n + 1, state, items: '[1]', reservation: 1n, openedAt: BigInt(NOW + at) }
        await client.call.create({ data })
      }
    }
    await run('acme', -30 * 60_000, [
      ['settled', -HOUR - 1],
      ['settled', -50 * 60_000],
      ['unknown', -50 * 60_000 + 5],
      ['settled', -40 * 60_000],
      ['released', -40 * 60_000],
    ])
    await run('acme', null, [
      ['settled', -60_000],
      ['open', -2 * HOUR],
    ])
    await run('acme', -HOUR - 5, [['settled', -HOUR - 5]])
    await run('other', null, [['settled', -1_000]])

    expect(await callsSince(client, dialect, 'acme', NOW - HOUR, NOW)).toEqual([
      { lastAt: NOW - 50 * 60_000 + 5, calls: 2 },
      { lastAt: NOW - 40 * 60_000, calls: 1 },
      { lastAt: NOW - 60_000, calls: 1 },
      { lastAt: NOW, calls: 1 },
    ])
    expect(await callsSince(client, dialect, 'nobody', NOW - HOUR, NOW)).toEqual([])
    await database.drop()
  })
})
