import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const dist = new URL('../dist/', import.meta.url)

/** Imports a module of the built package. */
export const built = (path) => import(new URL(`../build/${path}`, import.meta.url).href)

export function machine() {
  return `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
}

/** A simulated vendor in a process of its own; it answers at once unless told otherwise. */
export async function startVendor(credits, behaviour = {}) {
  const main = fileURLToPath(new URL('main.js', dist))
  const args = [
    'simulate-vendor',
    '--json',
    '--port',
    '0',
    '--credits',
    String(credits),
    '--behaviour',
    JSON.stringify(behaviour),
  ]
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  const url = await new Promise((resolve, reject) => {
    child.on('exit', () => reject(new Error('the vendor ended')))
    child.stdout.on('data', (chunk) => {
      text += chunk
      try {
        resolve(JSON.parse(text).url)
      } catch {}
    })
  })
  return { url, stop: () => child.kill('SIGTERM') }
}

export const ADMIN_URLS = {
  postgresql: process.env.SPENDDOWN_TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres',
  mysql: process.env.SPENDDOWN_TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/mysql',
}

/** A table of spenddown's own, as a statement names it. */
export const ownTable = (dialect, name) => (dialect === 'postgresql' ? `spenddown.${name}` : `spenddown_${name}`)

/** The whole numbers `i` from 1 on, as a table `n`; MySQL's are MariaDB's own sequence. */
export function numbersSql(dialect, most) {
  if (dialect === 'postgresql') return `generate_series(1, ${most}) AS n(i)`
  if (dialect === 'mysql') return `(SELECT seq AS i FROM seq_1_to_${most}) AS n`
  return `(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${most}) SELECT i FROM n) AS n`
}

/** A database with a table of `records` people. */
export async function peopleDatabase(dialect, records, adminUrl = ADMIN_URLS[dialect]) {
  const { connect } = await built('store/client.js')
  const { raw } = await built('store/sql.js')
  const name = `spenddown_bench_${process.pid}_${Math.floor(performance.now())}`
  const admin = dialect === 'sqlite' ? null : await connect(adminUrl, dialect)
  if (admin) await admin.client.$executeRaw(raw(`CREATE DATABASE ${name}`))
  const url = admin
    ? adminUrl.replace(/\/[^/]*$/, `/${name}`)
    : `file:${join(mkdtempSync(join(tmpdir(), 'spenddown-bench-')), 'people.db')}`
  const connection = await connect(url, dialect)
  await connection.client.$executeRaw(raw(tableSql(dialect)))
  await connection.client.$executeRaw(raw(fillSql(dialect, records)))
  if (admin) await connection.client.$executeRaw(raw(ANALYZE[dialect]))
  await connection.close()
  const drop = async () => {
    if (!admin) return
    await admin.client.$executeRaw(raw(`DROP DATABASE ${name}${dialect === 'postgresql' ? ' WITH (FORCE)' : ''}`))
    await admin.close()
  }
  return { url, drop }
}

function tableSql(dialect) {
  const columns = `email ${dialect === 'mysql' ? 'varchar(200)' : 'text'}, job_title text, company text, country text, phone text, notes text`
  const [key, instant] = {
    sqlite: ['integer', 'text'],
    postgresql: ['bigint', 'timestamptz'],
    mysql: ['bigint', 'datetime(6)'],
  }[dialect]
  return `CREATE TABLE people (id ${key} primary key, ${columns}, refreshed_at ${instant})`
}

const ANALYZE = { postgresql: 'VACUUM ANALYZE people', mysql: 'ANALYZE TABLE people' }

function fillSql(dialect, records) {
  const minutes = {
    sqlite: "strftime('%Y-%m-%dT%H:%M:%fZ', '2025-01-01', '+' || ((i * 7919) % 500000) || ' minutes')",
    postgresql: "timestamptz '2025-01-01' + ((i::bigint * 7919) % 500000) * interval '1 minute'",
    mysql: "timestamp'2025-01-01 00:00:00' + interval ((i * 7919) % 500000) minute",
  }
  return `INSERT INTO people (id, email, country, refreshed_at)
    SELECT i, 'person-' || i || '@example.com', 'US', ${minutes[dialect]} FROM ${numbersSql(dialect, records)}`
}

export function benchConfig(databaseUrl, vendorUrl, maxConcurrent, vendorChanges = {}) {
  return {
    database: { url: databaseUrl },
    vendor: {
      name: 'bench',
      baseUrl: vendorUrl,
      single: { request: (r) => ({ path: '/v1/enrich', query: { email: r.email } }), data: (body) => body.data },
      limits: { maxConcurrent },
      ...vendorChanges,
      credits: {
        cost: { per: 'match', credits: 1 },
        remaining: (reply) => reply.headers['x-credits-remaining'],
        balance: { path: '/v1/account', remaining: (body) => body.credits.remaining },
      },
    },
    records: {
      table: 'people',
      key: 'id',
      refreshedAt: 'refreshed_at',
      update: { job_title: 'job_title', company: 'job_company_name' },
    },
    jobs: { all: {} },
  }
}

/** User and system CPU of this process since `before`, in microseconds. */
export function cpuSince(before) {
  const { user, system } = process.cpuUsage(before)
  return user + system
}
