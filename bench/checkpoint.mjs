// Batched checkpoint against one prisma.update a record: records a second, on both databases.
import { built, peopleDatabase } from './support.mjs'

const BATCH = 100

export async function checkpoints(dialect, records) {
  const database = await peopleDatabase(dialect, records * 2)
  const { connect } = await built('store/client.js')
  const { migrate } = await built('store/migrations/migrate.js')
  const { describeTable } = await built('store/user-table/describe-table.js')
  const { prismaStore } = await built('store/prisma-store.js')
  const connection = await connect(database.url, dialect)
  await migrate(connection)
  const { table } = await describeTable(connection.client, dialect, {
    table: 'people',
    key: 'id',
    refreshedAt: 'refreshed_at',
  })
  const store = prismaStore(connection, table)
  const batched = await timeBatched(store, records)
  const single = await timeSingle(connection, Math.min(records, 1_000), records)
  await connection.close()
  await database.drop()
  return { batchedPerSecond: batched, singlePerSecond: single, ratio: batched / single }
}

async function timeBatched(store, records) {
  const vendor = 'bench'
  const me = { holder: 'bench', machine: 'bench', pid: 0, processStartedAt: '' }
  const lease = await store.takeLease(vendor, me, null, Date.now() + 3_600_000)
  const spec = {
    id: `bench-${Math.random()}`,
    job: 'bench',
    vendor,
    spec: '{}',
    specHash: '',
    budget: records * 2e6,
    reserve: 0,
    createdAt: Date.now(),
  }
  const run = await store.createRun(spec, null, lease)
  const selection = { condition: { kind: 'all', of: [] }, orderBy: [], byKey: false }
  await store.select({ runNo: run.no, vendor, selection, lease, limit: records, now: Date.now() })
  let after = 0
  let lastCall = 0
  let opened = []
  let committed = 0
  const began = performance.now()
  while (committed < records || after === 0) {
    const finished = opened.map((call) => settled(call))
    const count = Math.min(BATCH, records - lastCall)
    const result = await store.checkpoint(input(run, lease, after, lastCall, finished, count))
    committed += finished.length
    after += 1
    lastCall = result.lastCall
    opened = result.opened
  }
  return records / ((performance.now() - began) / 1000)
}

function settled({ n, reservation, openedAt, item }) {
  const values = { job_title: `title ${n}`, company: `company ${n}` }
  const rest = { end: 'refreshed', reason: null, values, coolDownUntil: null, tried: true, paid: true }
  return { n, state: 'settled', reservation, cost: 1e6, status: 200, openedAt, item: { ...item, ...rest } }
}

function input(run, lease, after, lastCall, finished, count) {
  const now = Date.now()
  return {
    runNo: run.no,
    lease,
    after,
    lastCall,
    now,
    leaseExpiresAt: now + 3_600_000,
    finished,
    open: { count, reservation: 1e6, again: [] },
    calls: { sent: 0, throttled: 0, failed: 0, unknown: 0 },
    account: { expected: null, reported: null, reportedAt: null },
    budget: run.budget,
    canaryDone: true,
    activeMs: 0,
    coolDownIfRejected: now,
  }
}

/** What a loop would do: the record, its item and its call, each with Prisma's own update or raw statement, committed one by one. */
async function timeSingle({ client, dialect }, records, offset) {
  const { sql } = await built('store/sql.js')
  const began = performance.now()
  for (let i = 1; i <= records; i++) {
    const at = new Date()
    const stamp = dialect === 'sqlite' ? at.toISOString() : at
    await client.$executeRaw(
      sql`UPDATE people SET job_title = ${`title ${i}`}, company = ${`company ${i}`}, refreshed_at = ${stamp} WHERE id = ${offset + i}`,
    )
    await client.item.updateMany({ where: { runNo: 1, seq: i }, data: { state: 'refreshed' } })
  }
  return records / ((performance.now() - began) / 1000)
}

const [dialect, records = '10000'] = process.argv.slice(2)
if (dialect !== undefined) process.stdout.write(`${JSON.stringify(await checkpoints(dialect, Number(records)))}\n`)
