// The dashboard's pages over 10,000 runs, one of them of a million items, on each database: how long a page takes over
// HTTP, the median and the longest of nine after one to warm up. Usage: node bench/dashboard.mjs [sqlite|postgresql|mysql] (after a build).
import { benchConfig, built, machine, numbersSql, ownTable, peopleDatabase } from './support.mjs'

const RUNS = 10_000
const ITEMS = 1_000_000
const DEEP = 900_000
/** A run's deadline is frozen in it. */
const SPEC = JSON.stringify({ resetAt: Date.now() + 86_400_000, stopBeforeResetMs: 300_000 })
const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** Fills the tables as so many runs would have. */
async function fill(dialect, url) {
  const { connect } = await built('store/client.js')
  const { raw } = await built('store/sql.js')
  const { migrate } = await built('store/migrations/migrate.js')
  const connection = await connect(url, dialect)
  await migrate(connection)
  const own = (name) => ownTable(dialect, name)
  const statements = [
    `INSERT INTO ${own('run')} (id, job, vendor, source, status, stop_reason, spec, spec_hash, budget, reserve, spent, selected, refreshed, created_at, ended_at, active_ms)
     SELECT 'run-' || i, 'all', 'bench', 'people', 'completed', 'all-refreshed', '${SPEC}', '', 1000000, 0, 1000000, 1, 1, ${Date.now()} - (${RUNS} - i) * 60000, ${Date.now()}, 1000 FROM ${numbersSql(dialect, RUNS)}`,
    `UPDATE ${own('run')} SET selected = ${ITEMS}, refreshed = ${ITEMS} WHERE no = ${RUNS}`,
    // Beside it the items of other runs, as many again.
    ...[RUNS - 1, RUNS].map(
      (no) => `INSERT INTO ${own('item')} (run_no, seq, "key", refreshed_at, state)
     SELECT ${no}, i, 'rec_' || i, '2026-01-01T00:00:00.000Z', CASE WHEN i % 100000 = 0 THEN 'failed' WHEN i % 10 = 0 THEN 'notFound' ELSE 'refreshed' END FROM ${numbersSql(dialect, ITEMS)}`,
    ),
    ...(ANALYZE[dialect] ?? []),
  ]
  for (const statement of statements) await connection.client.$executeRaw(raw(statement))
  await connection.close()
}

const ANALYZE = {
  postgresql: ['VACUUM ANALYZE spenddown.item', 'VACUUM ANALYZE spenddown.run'],
  mysql: ['ANALYZE TABLE spenddown_item, spenddown_run'],
}

const PAGES = {
  account: '/',
  'latest runs': '/runs',
  'runs, far back': `/runs?before=${RUNS / 10}`,
  'a run': `/runs/run-${RUNS}`,
  'items, first page': `/runs/run-${RUNS}/items`,
  'items, far in': `/runs/run-${RUNS}/items?after=${DEEP}`,
  'items by a key far in': `/runs/run-${RUNS}/items?key=rec_${ITEMS - 7}`,
  'items by a key that is none': `/runs/run-${RUNS}/items?key=nobody`,
  'items whose keys begin so': `/runs/run-${RUNS}/items?key=rec_99999&match=prefix`,
  'items by a common outcome': `/runs/run-${RUNS}/items?state=notFound`,
  'items by a rare outcome': `/runs/run-${RUNS}/items?state=failed`,
  'unknown calls': '/unknown',
}

/** Milliseconds by page. */
export async function dashboardPages(dialect) {
  const { resolveConfig } = await built('config/resolve-config.js')
  const { keepDashboard } = await built('app/dashboard/dashboard-service.js')
  const database = await peopleDatabase(dialect, 1_000)
  await fill(dialect, database.url)
  const resolved = resolveConfig(benchConfig(database.url, 'http://127.0.0.1:9', 8), { env: {} })
  const kept = await keepDashboard(resolved.config, { host: '127.0.0.1', port: 0 }, quiet)
  const took = {}
  for (const [name, path] of Object.entries(PAGES)) took[name] = await timesOf(kept.url + path)
  await kept.close()
  await database.drop()
  return took
}

async function timesOf(url) {
  const times = []
  for (let n = 0; n < 10; n += 1) {
    const began = performance.now()
    const reply = await fetch(url, { headers: { accept: 'text/html' } })
    const text = await reply.text()
    if (reply.status !== 200) throw new Error(`${url}: ${reply.status} ${text}`)
    times.push(performance.now() - began)
  }
  const sorted = times.slice(1).sort((a, b) => a - b)
  return { medianMs: sorted[4], longestMs: sorted[8] }
}

const dialects = process.argv[2] === undefined ? ['sqlite', 'postgresql', 'mysql'] : [process.argv[2]]
process.stdout.write(`${machine()}\n`)
for (const dialect of dialects) {
  process.stdout.write(`\n${dialect}, ms: median and longest of nine\n`)
  for (const [name, { medianMs, longestMs }] of Object.entries(await dashboardPages(dialect)))
    process.stdout.write(`  ${name.padEnd(30)}${medianMs.toFixed(0).padStart(6)}${longestMs.toFixed(0).padStart(6)}\n`)
}
