// `spenddown plan --json` over a million records, as a process: five times, with none and with 200,000 records on
// cool-down. `node bench/plan.mjs sqlite|postgresql|mysql [records]` prints the times in ms, loading included.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { built, ownTable, peopleDatabase, startVendor } from './support.mjs'

const ROUNDS = 5
const RESTING = 200_000

const configText = (database, vendor) => `export default {
  database: { url: ${JSON.stringify(database)} },
  vendor: {
    name: 'bench', baseUrl: ${JSON.stringify(vendor)},
    single: { request: (r) => ({ path: '/v1/enrich', query: { email: r.email } }) },
    credits: { balance: { path: '/v1/account', remaining: (body) => body.credits.remaining } },
  },
  records: { table: 'people', key: 'id', refreshedAt: 'refreshed_at', eligible: { email: { not: null } },
    update: { job_title: 'job_title' } },
  jobs: { 'month-end': { where: { country: 'US' }, schedule: { beforeReset: 'auto' } } },
}`

export async function measurePlan(dialect, records) {
  const [vendor, database] = [await startVendor(50_000), await peopleDatabase(dialect, records)]
  const cwd = mkdtempSync(join(tmpdir(), 'spenddown-plan-'))
  writeFileSync(join(cwd, 'spenddown.config.mjs'), configText(database.url, vendor.url))
  try {
    const none = times(cwd, records)
    await rest(dialect, database.url)
    return { records, noneResting: none, resting: times(cwd, records - RESTING) }
  } finally {
    vendor.stop()
    await database.drop()
    rmSync(cwd, { recursive: true })
  }
}

/** In ms; the slowest last. Each answer must count the records that there are. */
function times(cwd, eligible) {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
  const rounds = Array.from({ length: ROUNDS }, () => {
    const began = performance.now()
    const { stdout, stderr, status } = spawnSync(process.execPath, [main, 'plan', '--json'], { cwd, encoding: 'utf8' })
    const ms = Math.round(performance.now() - began)
    if (status !== 0 || JSON.parse(stdout).records.eligible !== eligible)
      throw new Error(`${status}: ${stdout}${stderr}`)
    return ms
  })
  return rounds.sort((a, b) => a - b)
}

async function rest(dialect, url) {
  const [{ connect }, { raw }] = [await built('store/client.js'), await built('store/sql.js')]
  const { client, close } = await connect(url, dialect)
  const memory = ownTable(dialect, 'memory')
  const source = dialect === 'postgresql' ? 'public.people' : 'people'
  await client.$executeRaw(
    raw(`INSERT INTO ${memory} (vendor, source, "key", tried_at, outcome, cool_down_until)
      SELECT 'bench', '${source}', '' || id, 1, 'notFound', ${Date.now() + 86_400_000} FROM people WHERE id <= ${RESTING}`),
  )
  const analyze = { postgresql: 'VACUUM ANALYZE', mysql: 'ANALYZE TABLE' }[dialect]
  if (analyze !== undefined) await client.$executeRaw(raw(`${analyze} ${memory}`))
  await close()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dialect = 'sqlite', records = '1000000'] = process.argv.slice(2)
  process.stdout.write(`${JSON.stringify(await measurePlan(dialect, Number(records)))}\n`)
}
