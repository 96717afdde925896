// The report of a run of a million records: how long it takes to make, and how large it is. Two in three records are
// refreshed; the others failed for 5,000 different reasons, if not told otherwise.
// Usage: node bench/report.mjs [DIALECTS] [RECORDS] [REASONS] [RECORDS A CALL]
import { benchConfig, built, numbersSql, ownTable, peopleDatabase } from './support.mjs'

const [dialects = 'sqlite,postgresql,mysql', records = '1000000', reasons = '5000', perCall = '1'] =
  process.argv.slice(2)
const SNAPSHOTS = 1_500
const DAY_MS = 86_400_000
const BEGAN_AT = Date.UTC(2026, 10, 30)

for (const dialect of dialects.split(',')) console.log(JSON.stringify(await measure(dialect, Number(records))))

async function measure(dialect, count) {
  const { connect } = await built('store/client.js')
  const { migrate } = await built('store/migrations/migrate.js')
  const database = await peopleDatabase(dialect, 1)
  const connection = await connect(database.url, dialect)
  await migrate(connection)
  await fill(connection, dialect, count)
  await connection.close()
  const result = {
    dialect,
    records: count,
    reasons: +reasons,
    recordsACall: +perCall,
    ...(await reports(database.url)),
  }
  await database.drop()
  return result
}

async function reports(url) {
  const { checkedConfig } = await built('config/resolve-config.js')
  const { makeReport } = await built('app/report/report.js')
  const { reportText } = await built('report/formats/formats.js')
  const config = checkedConfig(benchConfig(url, 'http://127.0.0.1:1', 8))
  const ms = {}
  const kilobytes = {}
  for (const format of ['html', 'md', 'json']) {
    const began = performance.now()
    const text = reportText(await makeReport(config, null, Date.now()), format)
    ms[format] = Math.round(performance.now() - began)
    kilobytes[format] = Math.round(Buffer.byteLength(text) / 1024)
  }
  return { ms, kilobytes, peakMiB: Math.round(process.resourceUsage().maxRSS / 1024) }
}

async function fill({ client }, dialect, count) {
  const { raw } = await built('store/sql.js')
  const run = (statement) => client.$executeRaw(raw(statement))
  const third = Math.floor(count / 3)
  await client.run.create({
    data: {
      ...{ no: 1, id: '20261130-0123456789', job: 'all', vendor: 'bench', source: 'people', specHash: 'h' },
      ...{ status: 'completed', stopReason: 'all-refreshed', spec: JSON.stringify({ resetAt: BEGAN_AT + DAY_MS }) },
      ...{ budget: BigInt(count) * 1_000_000n, spent: BigInt(count - third) * 1_000_000n, reserve: 0n },
      ...{ selected: count, selectedAll: true, refreshed: count - third, failed: third, callsSent: count },
      ...{ createdAt: BigInt(BEGAN_AT), endedAt: BigInt(BEGAN_AT + DAY_MS / 2), activeMs: BigInt(DAY_MS / 2) },
    },
  })
  const own = (table) => ownTable(dialect, table)
  const numbers = numbersSql(dialect, count)
  await run(`INSERT INTO ${own('item')} (run_no, seq, "key", state, attempts, reason)
    SELECT 1, i, 'key-' || i, CASE WHEN i % 3 = 0 AND i <= ${3 * third} THEN 'failed' ELSE 'refreshed' END, 1,
      CASE WHEN i % 3 = 0 THEN 'the vendor answered 422: field ' || (i % ${Number(reasons)}) || ' of the request cannot be read' END FROM ${numbers}`)
  const lists = { sqlite: 'json_group_array(i)', postgresql: 'json_agg(i)::text', mysql: 'json_arrayagg(i)' }
  const step = 'sum(CASE WHEN i % 3 > 0 THEN 1000000 ELSE 0 END)'
  await run(`INSERT INTO ${own('call')} (run_no, n, state, items, reservation, cost, status, opened_at)
    SELECT 1, min(i), 'settled', replace(${lists[dialect]}, ', ', ','), 1000000, ${step}, 200, ${BEGAN_AT} FROM ${numbers} GROUP BY (i - 1) / ${Number(perCall)}`)
  await client.snapshot.createMany({ data: Array.from({ length: SNAPSHOTS }, (_, at) => snapshot(at, count)) })
  await run(dialect === 'mysql' ? `ANALYZE TABLE ${own('item')}, ${own('call')}` : 'ANALYZE')
}

function snapshot(place, count) {
  const share = place / (SNAPSHOTS - 1)
  const done = Math.round(count * share)
  const failed = Math.floor(done / 3)
  const concurrency = 4 + (place % 40)
  const latencies = Object.fromEntries(Array.from({ length: 40 }, (_, bucket) => [20 + bucket, 1 + ((place * 7) % 90)]))
  return {
    ...{ runNo: 1, checkpoint: place, at: BigInt(Math.round(BEGAN_AT + (share * DAY_MS) / 2)) },
    ...{ activeMs: BigInt(Math.round((share * DAY_MS) / 2)), refreshed: done - failed, notFound: 0, failed },
    ...{ unknownItems: 0, superseded: 0, spent: BigInt(done - failed) * 1_000_000n, unknown: 0n },
    ...{ callsSent: done, callsThrottled: 0, callsFailed: failed, callsUnknown: 0 },
    pace: JSON.stringify({
      concurrency,
      perSecond: null,
      reason: `reason ${'abcdefgh'[place % 8]}: at ${concurrency}`,
    }),
    latencies: JSON.stringify(latencies),
  }
}
