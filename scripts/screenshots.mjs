// Makes the pictures of docs/dashboard.md: a stage with a past, a run at work on the simulated vendor, and a headless
// Chromium that looks at it. Needs `npm run build` before. Usage: node scripts/screenshots.mjs [FOLDER]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const BUILD = new URL('../build/', import.meta.url)
const FOLDER = process.argv[2] ?? fileURLToPath(new URL('../docs/images', import.meta.url))
const CHROMIUM = process.env.SPENDDOWN_TEST_CHROMIUM ?? '/usr/bin/chromium'
const PEOPLE = 30_000
const DAY_MS = 86_400_000

const built = (path) => import(new URL(path, BUILD).href)
const { connect } = await built('store/client.js')
const { raw } = await built('store/sql.js')
const { startVendor } = await built('simulator/vendor.js')
const { resolveConfig } = await built('config/resolve-config.js')
const { startRun } = await built('app/run/run.js')
const { controlRun } = await built('app/run/control-run.js')
const { tick } = await built('app/daemon/tick.js')
const { keepDashboard } = await built('app/dashboard/dashboard-service.js')

const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const folder = mkdtempSync(join(tmpdir(), 'spenddown-screenshots-'))
const vendor = await startVendor({ seed: 7, allotment: 26_000, matchRate: 0.93, latencyMs: { median: 60, p99: 320 } })

/** The reset is tomorrow evening, in New York. */
const resetAt = Math.ceil((Date.now() + DAY_MS) / 3_600_000) * 3_600_000
const config = configOf()
const database = await connect(config.database.url, 'sqlite')
const run = (...statements) =>
  statements.reduce((done, text) => done.then(() => database.client.$executeRaw(raw(text))), Promise.resolve())

try {
  await makePeople()
  await past()
  await picture()
} finally {
  await database.close()
  await vendor.close()
  rmSync(folder, { recursive: true, force: true })
}

function configOf() {
  const resolved = resolveConfig(
    {
      database: { url: `file:${join(folder, 'people.db')}` },
      journalDir: folder,
      vendor: {
        name: 'acme',
        baseUrl: vendor.url,
        single: { request: ({ email }) => ({ path: '/v1/enrich', query: { email } }), data: (body) => body.data },
        timeoutMs: 5_000,
        onUnknown: 'skip',
        limits: { maxConcurrent: 16 },
        credits: {
          cost: { per: 'match', credits: 1 },
          charged: ({ headers }) => headers['x-credits-charged'],
          remaining: ({ headers }) => headers['x-credits-remaining'],
          balance: { path: '/v1/account', remaining: (body) => body.credits.remaining },
          cycle: { anchorDay: 1, timeZone: 'America/New_York', resetsAt: () => new Date(resetAt) },
        },
      },
      records: {
        table: 'people',
        key: 'id',
        refreshedAt: 'refreshed_at',
        update: { job_title: 'job_title', company: 'job_company_name' },
      },
      jobs: { 'month-end': { reserve: 1_500, schedule: { beforeReset: '36h' } } },
    },
    { cwd: folder, env: {} },
  )
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

async function makePeople() {
  await run(
    'CREATE TABLE people (id integer primary key, email text, job_title text, company text, refreshed_at text)',
    `INSERT INTO people (id, email, refreshed_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${PEOPLE})
     SELECT i, 'person-' || i || '@example.com', CASE WHEN i % 9 = 0 THEN NULL
       ELSE strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (i * 7919 % 1000) || ' days') END FROM n`,
  )
}

/** Three runs of the months before; and this month, of which others spend a part each day. */
async function past() {
  for (const [monthsAgo, limit] of [
    [3, 900],
    [2, 1_100],
    [1, 1_000],
  ]) {
    const handle = startRun(config, { limit }, { log: quiet })
    await handle.summary
    const back = monthsAgo * 30 * DAY_MS
    const last = '(SELECT max(no) FROM spenddown_run)'
    await run(
      `UPDATE spenddown_run SET created_at = created_at - ${back}, ended_at = ended_at - ${back} WHERE no = ${last}`,
      `UPDATE spenddown_call SET opened_at = opened_at - ${back} WHERE run_no = ${last}`,
      `UPDATE spenddown_balance_reading SET at = at - ${back}, reset_at = reset_at - ${back} WHERE reset_at = ${resetAt}`,
    )
  }
  const micro = 1_000_000
  const spent = '(SELECT sum(spent) FROM spenddown_run)'
  for (let day = 28; day > 0; day -= 1) {
    const left = vendor.account.remaining + 430 * day + 900 * Math.floor(day / 7)
    await run(
      `INSERT INTO spenddown_balance_reading (vendor, at, balance, spent, reset_at)
       VALUES ('acme', ${Date.now() - day * DAY_MS}, ${left * micro}, ${spent}, ${resetAt})`,
    )
  }
}

async function picture() {
  mkdirSync(FOLDER, { recursive: true })
  const kept = await keepDashboard(config, { host: '127.0.0.1', port: 0 }, quiet)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  const { due } = await tick(config, { log: quiet, now: Date.now })
  vendor.behave({ faults: { resetAfter: { rate: 0.0004 }, error500: { rate: 0.002 } } })
  const handle = startRun(config, due, { log: quiet })
  try {
    await sleep(9_000)
    vendor.behave({ faults: { error429: { next: 12, retryAfterMs: 400 } } })
    await sleep(12_000)
    const runs = await database.client.$queryRaw(raw('SELECT id FROM spenddown_run ORDER BY no DESC LIMIT 1'))
    const at = `/runs/${runs[0].id}`
    const shoot = shooter(browser, kept.url)
    await shoot('account', '/', { scale: 0.75 })
    await shoot('account-narrow', '/', { width: 360, height: 780, dark: true })
    await shoot('run', at, { scale: 0.75, height: 1_060 })
    await shoot('run-charts', at, { part: '[aria-labelledby="course"]' })
    await shoot('run-charts-dark', at, { part: '[aria-labelledby="course"]', dark: true })
    await shoot('items', `${at}/items?state=notFound`, { height: 620 })
    await controlRun(config, 'stop', null, 'ann@desk')
    await handle.summary
    await shoot('unknown', '/unknown', { height: 560 })
  } finally {
    handle.stop()
    await handle.summary
    await browser.close()
    await kept.close()
  }
}

function shooter(browser, url) {
  return async (name, path, { width = 1_000, height = null, dark = false, scale = 1, part = null }) => {
    const context = await browser.newContext({
      viewport: { width, height: height ?? 800 },
      colorScheme: dark ? 'dark' : 'light',
      deviceScaleFactor: scale,
    })
    const page = await context.newPage()
    page.on('console', (message) => message.type() === 'error' && console.error(name, message.text()))
    page.on('pageerror', (error) => console.error(name, error.message))
    await page.goto(url + path)
    await sleep(1_200)
    const file = join(FOLDER, `${name}.png`)
    if (part === null) await page.screenshot({ path: file, fullPage: height === null })
    else await page.locator(part).screenshot({ path: file })
    await context.close()
  }
}
