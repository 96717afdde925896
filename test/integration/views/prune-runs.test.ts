import { expect, it } from 'vitest'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { pruneRuns } from '../../../src/store/runs/prune-runs.ts'
import { onEachDatabase, openDatabase, type TestDatabase } from '../../support/databases/databases.ts'

const NOW = Date.UTC(2026, 10, 30, 12)
const OLD = NOW - 500 * 86_400_000
const REQUEST = { vendor: 'acme', endedBefore: NOW - 400 * 86_400_000, now: NOW, rows: 40 }

interface Past {
  readonly vendor?: string
  readonly status?: string
  readonly held?: bigint
  readonly endedAt?: number | null
  /** The reset that ends its billing cycle. */
  readonly resetAt?: number
}

/** A run with 100 items and calls, 50 changes, 3 duplicates and 3 reply pages; answers its number. */
async function makeRun({ connection }: TestDatabase, { vendor = 'acme', ...past }: Past = {}): Promise<number> {
  const { client } = connection
  const { status = 'completed', held = 0n, endedAt = OLD, resetAt = OLD } = past
  const rest = {
    job: 'j',
    source: 's',
    spec: JSON.stringify({ resetAt }),
    specHash: 'h',
    budget: 1n,
    reserve: 0n,
    refreshed: 100,
  }
  const id = `${vendor}-${status}-${held}-${endedAt}-${resetAt}`
  const ended = endedAt === null ? null : BigInt(endedAt)
  const data = { id, vendor, status, held, createdAt: BigInt(OLD), endedAt: ended, ...rest }
  const { no: runNo } = await client.run.create({ data })
  const numbers = Array.from({ length: 100 }, (_, at) => at + 1)
  const call = { runNo, state: 'settled', items: '[1]', reservation: 1n, openedAt: BigInt(OLD) }
  const page = { runNo, part: 0, stampedAt: 0n, expiresAt: BigInt(NOW * 2), calls: 1, notRefreshed: '[]' }
  const few = numbers.slice(0, 3)
  await client.item.createMany({ data: numbers.map((seq) => ({ runNo, seq, key: `${seq}` })) })
  await client.call.createMany({ data: numbers.map((n) => ({ ...call, n })) })
  const changes = numbers.filter((seq) => seq % 2 === 0)
  await client.change.createMany({ data: changes.map((seq) => ({ runNo, seq, key: `${seq}`, changed: '{}' })) })
  await client.duplicate.createMany({ data: few.map((seq) => ({ runNo, seq, key: `t${seq}` })) })
  const sums = { refreshed: 0, notFound: 0, failed: 0, unknownItems: 0, superseded: 0, spent: 0n, unknown: 0n }
  const calls = { callsSent: 0, callsThrottled: 0, callsFailed: 0, callsUnknown: 0 }
  const snapshot = { runNo, at: 0n, activeMs: 0n, pace: '{}', latencies: '{}', ...sums, ...calls }
  await client.snapshot.createMany({ data: few.map((checkpoint) => ({ ...snapshot, checkpoint })) })
  await client.replyPage.createMany({ data: few.map((n) => ({ ...page, checkpoint: n, body: Buffer.from('x') })) })
  return runNo
}

/** Rows that are kept of a run. */
async function kept({ connection: { client } }: TestDatabase, runNo: number): Promise<number> {
  const where = { runNo }
  const [items, calls, changes, duplicates, pages, snapshots] = await Promise.all([
    client.item.count({ where }),
    client.call.count({ where }),
    client.change.count({ where }),
    client.duplicate.count({ where }),
    client.replyPage.count({ where }),
    client.snapshot.count({ where }),
  ])
  return items + calls + changes + duplicates + pages + snapshots
}

onEachDatabase((dialect) => {
  it('of runs that ended long ago only what they came to stays; all else of other runs does', async () => {
    const database = await openDatabase(dialect)
    await migrate(database.connection)
    const { client } = database.connection
    const gone = [
      await makeRun(database),
      await makeRun(database, { status: 'failed' }),
      await makeRun(database, { status: 'stopped' }),
    ]
    const staying = [
      await makeRun(database, { endedAt: REQUEST.endedBefore }),
      await makeRun(database, { status: 'stopped', resetAt: NOW + 1 }),
      await makeRun(database, { status: 'running', endedAt: null }),
      await makeRun(database, { held: 1n }),
      await makeRun(database, { vendor: 'other' }),
    ]
    await client.decision.create({
      data: { runNo: gone[0] as number, n: 1, verdict: 'free', held: 1n, cost: 0n, decidedBy: 'ann', decidedAt: 0n },
    })
    const batches: number[] = []
    for (let more = true; more; ) {
      const pruned = await pruneRuns(database.connection, REQUEST)
      batches.push(pruned.rows)
      more = pruned.more
    }
    expect(Math.max(...batches)).toBe(40)
    expect(batches.reduce((sum, rows) => sum + rows, 0)).toBe(3 * 259)
    for (const runNo of gone) expect(await kept(database, runNo)).toBe(0)
    for (const runNo of staying) expect(await kept(database, runNo)).toBe(259)
    const runs = await client.run.findMany({ orderBy: { no: 'asc' } })
    expect(runs.map(({ refreshed }) => refreshed)).toEqual(Array(8).fill(100))
    expect(runs.map(({ prunedAt }) => prunedAt !== null)).toEqual([true, true, true, ...Array(5).fill(false)])
    expect(await client.decision.count()).toBe(1)
    expect(await pruneRuns(database.connection, REQUEST)).toEqual({ rows: 0, more: false })
    await database.drop()
  })
})
