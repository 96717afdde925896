// A batched checkpoint against the same writes one record at a time with prisma.update, and with old and new values kept
// (records.keepChanges): records a second.
import { built, peopleDatabase } from './support.mjs'

const BATCH = 100

export async function checkpoints(dialect, records) {
  const database = await peopleDatabase(dialect, records * 3)
  const { connect } = await built('store/client.js')
  const { migrate } = await built('store/migrations/migrate.js')
  const { describeTable } = await built('store/user-table/describe/describe-table.js')
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
  const keeping = await timeBatched(store, records, true)
  await connection.client.account.update({ where: { vendor: 'bench' }, data: { expectedBalance: 0n } })
  const oneByOne = await timeOneByOne(connection, Math.min(records, 1_000), 2 * records)
  await connection.close()
  await database.drop()
  return {
    batchedPerSecond: batched,
    keepingPerSecond: keeping,
    oneByOnePerSecond: oneByOne,
    ratio: batched / oneByOne,
  }
}

async function timeBatched(store, records, keeps = false) {
  const vendor = 'bench'
  const me = { holder: 'bench', machine: 'bench', pid: 0, processStartedAt: '' }
  const seen = await store.readLease(vendor)
  const now = Date.now()
  const lease = await store.takeLease(vendor, me, seen, { now, expiresAt: now + 3_600_000 })
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
  const selection = { condition: { kind: 'all', of: [] }, orderBy: [], byKey: false, dedupeBy: [] }
  await store.select({
    runNo: run.no,
    vendor,
    selection,
    lease,
    already: 0,
    limit: records,
    duplicateLimit: null,
    restIfPaidAfter: null,
    youngAfter: null,
    now: Date.now(),
  })
  let after = 0
  let place = { lastCall: 0, cursor: 0 }
  let opened = []
  let committed = 0
  const began = performance.now()
  while (committed < records || after === 0) {
    const finished = opened.map((call) => settled(call, keeps))
    const count = Math.min(BATCH, records - place.lastCall)
    const result = await store.checkpoint(input(run, lease, after, place, finished, count))
    committed += finished.length
    after += 1
    place = result.sums
    opened = result.opened
  }
  return records / ((performance.now() - began) / 1000)
}

function settled({ n, nonce, leaseToken, reservation, openedAt, items }, keeps) {
  const values = { job_title: `title ${n}`, company: `company ${n}` }
  const changed = Object.keys(values)
  const kept = Object.fromEntries(changed.map((name) => [name, [null, values[name]]]))
  const compared = keeps ? { changed, kept } : { changed }
  const rest = { end: 'refreshed', reason: null, values, coolDownUntil: null, tried: true, paid: true, duplicates: [] }
  return {
    n,
    nonce,
    leaseToken,
    state: 'settled',
    reservation,
    cost: 1e6,
    saved: 0,
    status: 200,
    openedAt,
    items: items.map(({ item }) => ({ ...item, ...rest, ...compared })),
  }
}

function input(run, lease, after, { lastCall, cursor }, finished, count) {
  const now = Date.now()
  const learned = { concurrency: 1, perSecond: null, windowMs: 1_000, baselineMs: null, at: now }
  const heard = { expected: null, lastKnown: null, doubted: 0, reported: null, reportedAt: null }
  return {
    runNo: run.no,
    lease,
    after,
    lastCall,
    cursor,
    now,
    leaseExpiresAt: now + 3_600_000,
    finished,
    open: {
      dedupeBy: [],
      cost: { per: 'match', credits: 1e6, minimum: 0 },
      recallPaid: false,
      calls: Array.from({ length: count }, (_, i) => ({ nonce: `${after}-${i}`, again: [], untried: 1 })),
    },
    calls: { sent: 0, throttled: 0, failed: 0, unknown: 0 },
    account: { ...heard, foundWith: [] },
    pace: { concurrency: 1, perSecond: null, reason: '', learned },
    warnings: [],
    countedColumns: null,
    budget: run.budget,
    canaryDone: true,
    drift: 0,
    activeMs: 0,
    snapshot: null,
    coolDownIfRejected: now,
  }
}

/** What a loop would do: the same rows, with Prisma's own update and create, in one transaction a record. */
async function timeOneByOne({ client, dialect, transaction }, records, offset) {
  const { sql } = await built('store/sql.js')
  const run = await client.run.findFirstOrThrow()
  const began = performance.now()
  for (let i = 1; i <= records; i++) {
    const at = new Date()
    const stamp = dialect === 'sqlite' ? at.toISOString() : at
    const id = { runNo: run.no, n: records * 1_000 + i }
    await client.call.create({
      data: { ...id, state: 'open', items: `[${i}]`, reservation: 1_000_000n, openedAt: BigInt(+at) },
    })
    await transaction(async (tx) => {
      await tx.account.update({ where: { vendor: 'bench' }, data: { expectedBalance: { decrement: 1_000_000n } } })
      await tx.$executeRaw(
        sql`UPDATE people SET job_title = ${`title ${i}`}, company = ${`company ${i}`}, refreshed_at = ${stamp} WHERE id = ${offset + i}`,
      )
      await tx.item.update({ where: { runNo_seq: { runNo: run.no, seq: i } }, data: { state: 'refreshed' } })
      await tx.call.update({ where: { runNo_n: id }, data: { state: 'settled', cost: 1_000_000n } })
      await tx.run.update({ where: { no: run.no }, data: { spent: { increment: 1_000_000n } } })
    })
  }
  return records / ((performance.now() - began) / 1000)
}

const [dialect, records = '10000'] = process.argv.slice(2)
if (dialect !== undefined) process.stdout.write(`${JSON.stringify(await checkpoints(dialect, Number(records)))}\n`)
