// What the leader of many accounts does once a minute, over so many accounts: reads their list, reads how each stood, decides
// who is due, and puts them into the queue. Nobody is worked. Usage: node bench/accounts/planner.mjs [--accounts 100000]
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { prepareDatabase, sharedDatabase, withDatabase } from '../../build/app/compose/with-database.js'
import { rowsOf } from '../../build/app/fleet/list-accounts.js'
import { Accounts } from '../../build/app/fleet/roster.js'
import { fleetOf } from '../../build/config/fleet/fleet.js'
import { errandOf } from '../../build/schedule/accounts/errand.js'
import { urgencyOf } from '../../build/schedule/accounts/urgency.js'
import { readOutlooks } from '../../build/store/ledger/outlooks.js'
import { openQueue } from '../../build/store/queue/open-queue.js'

const { values } = parseArgs({ options: { accounts: { type: 'string', default: '100000' } } })
const POSTGRES_URL = process.env.SPENDDOWN_TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'
const ACCOUNTS = Number(values.accounts)
const database = `spenddown_planner_${randomBytes(4).toString('hex')}`
const url = new URL(POSTGRES_URL)
url.pathname = `/${database}`
const HOUR_MS = 3_600_000

async function onServer(statement) {
  const client = new pg.Client({ connectionString: POSTGRES_URL })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

async function timed(name, work, times = 3) {
  const took = []
  let result
  for (let at = 0; at < times; at++) {
    const began = performance.now()
    result = await work()
    took.push(performance.now() - began)
  }
  figures[name] = Math.round(took.toSorted((a, b) => a - b)[times >> 1] ?? 0)
  return result
}

const figures = { accounts: ACCOUNTS }
await onServer(`CREATE DATABASE ${database}`)
const client = new pg.Client({ connectionString: url.href })
try {
  await client.connect()
  await client.query('CREATE TABLE tenants (name TEXT PRIMARY KEY, api_key TEXT, url TEXT)')
  await client.query(
    `INSERT INTO tenants SELECT 'tenant-' || i, 'key-of-tenant-' || i, 'http://127.0.0.1:9' FROM generate_series(1, $1::int) AS i`,
    [ACCOUNTS],
  )
  process.env.SPENDDOWN_CASE = JSON.stringify({
    url: url.href,
    folder: '/tmp',
    resetAt: Date.now() + 6 * HOUR_MS,
    tenants: 'tenants',
    atOnce: 10,
  })
  const { default: raw } = await import('../../test/crash/support/accounts-config.mjs')
  const given = fleetOf(raw)
  await prepareDatabase(given.database)
  const fleet = { ...given, database: { ...given.database, shared: sharedDatabase(given.database, 10) } }
  const accounts = new Accounts(fleet)
  const { entries } = await timed('first list, all configs checked, ms', () => accounts.read(), 1)
  await timed('list again, ms', () => accounts.read())
  await timed('config of one of them, ms', () => accounts.configsOf(['tenant-7']))
  await timed('configs of 20 of them, ms', () => accounts.configsOf(entries.slice(0, 20).map(({ name }) => name)))
  const shown = JSON.stringify({
    account: 'tenant',
    vendor: 'simulated/tenant',
    state: 'waiting',
    why: 'x'.repeat(120),
  })
  for (let at = 0; at < entries.length; at += 1_000) {
    const some = entries.slice(at, at + 1_000)
    await client.query(
      `INSERT INTO spenddown.outlook (vendor, account, looked_at, next_look_at, fingerprint, failures, due, latest_safe_start, at_stake, shown)
       SELECT v, a, $1::bigint, $1::bigint + $2::bigint, f, 0, ascii(right(a, 1)) = 49, $1::bigint + $2::bigint, 1000000, $3
       FROM unnest($4::text[], $5::text[], $6::text[]) AS t(v, a, f)`,
      [
        Date.now(),
        HOUR_MS,
        shown,
        some.map(({ key }) => key),
        some.map(({ name }) => name),
        some.map(({ fingerprint }) => fingerprint),
      ],
    )
  }
  await client.query('ANALYZE')
  const outlooks = await timed('how all stood, ms', () =>
    withDatabase(fleet.database, (connection) => readOutlooks(connection, Date.now())),
  )
  const due = await timed('who is due, ms', async () => {
    const known = new Map(outlooks.map((outlook) => [outlook.vendor, outlook]))
    return entries.flatMap(({ name, key, fingerprint }) => {
      const outlook = known.get(key)
      return errandOf(outlook, fingerprint, Date.now()) === 'work' && outlook
        ? [{ account: name, urgency: urgencyOf(outlook) }]
        : []
    })
  })
  figures.due = due.length
  const queue = await openQueue({ ...fleet.database, name: 'bench', onError: () => {}, onAlone: () => {} })
  await timed('put into the queue, ms', () => queue.put('work', due), 1)
  await timed('put again, all wait already, ms', () => queue.put('work', due))
  await timed('take one, ms', () => queue.take('work', 1), 21)
  await timed('rows of a list of all, ms', () => rowsOf(fleet, entries))
  figures['peak, MiB'] = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(JSON.stringify(figures, null, 2))
  const plan = await client.query(`EXPLAIN SELECT o.vendor, a.holder, (SELECT count(*) FROM spenddown.run AS r
    WHERE r.vendor = o.vendor AND r.status = 'running') FROM spenddown.outlook AS o LEFT JOIN spenddown.account AS a ON a.vendor = o.vendor`)
  console.log(plan.rows.map((row) => row['QUERY PLAN']).join('\n'))
  await queue.close()
  await fleet.database.shared.close()
} finally {
  await client.end()
  await onServer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
}
process.exit(0)
