// The picture in docs/report.md: a run on the simulated vendor, over people of whom the older have changed more often.
// Usage: node bench/report-picture.mjs [CHROMIUM]      (after a build)
import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { benchConfig, built, peopleDatabase } from './support.mjs'

const [executablePath = '/usr/bin/chromium'] = process.argv.slice(2)
const PEOPLE = 6_000
const PARTS = `section:nth-of-type(2) .table:not(:last-of-type), section:not(:nth-of-type(-n + 2)):not(:has(figure)), footer,
  figure:nth-of-type(n + 3), figure ~ .table { display: none } main { padding-bottom: 8px }`
const page = fileURLToPath(new URL('../report.tmp.html', import.meta.url))
const picture = fileURLToPath(new URL('../docs/images/report.png', import.meta.url))

writeFileSync(page, await report())
await take()
rmSync(page)

async function report() {
  const { startVendor } = await built('simulator/vendor.js')
  const { run, report, reportText } = await built('index.js')
  const database = await peopleDatabase('sqlite', PEOPLE)
  const config = (url, name) => ({
    ...benchConfig(database.url, url, 24, { name }),
    jobs: { 'month-end': { reserve: 500 } },
  })
  // As the records were once refreshed; then some of the people changed jobs, the longer ago the more.
  const before = await startVendor({ seed: 7, allotment: 2 * PEOPLE })
  await run(config(before.url, 'before')).summary
  await before.close()
  await age(database.url)
  const faults = { error500: { rate: 0.01 }, unprocessable: { rate: 0.01 }, resetAfter: { rate: 0.0005 } }
  const latencyMs = { median: 60, p99: 400 }
  const vendor = await startVendor({ seed: 7, allotment: 5_500, matchRate: 0.94, slots: 16, latencyMs, faults })
  const acme = config(vendor.url, 'acme')
  await run(acme).summary
  await vendor.close()
  return reportText(await report(acme), 'html')
}

async function age(url) {
  const { connect } = await built('store/client.js')
  const { raw } = await built('store/sql.js')
  const { client, close } = await connect(url, 'sqlite')
  await client.$executeRaw(
    raw(`UPDATE people SET refreshed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (id % 900) || ' days')`),
  )
  const changed = (column, share) =>
    client.$executeRaw(raw(`UPDATE people SET ${column} = 'before' WHERE (id * 7919) % 1000 < (id % 900) * ${share}`))
  await changed('job_title', 0.7)
  await changed('company', 0.4)
  await close()
}

async function take() {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const tab = await browser.newPage({ viewport: { width: 760, height: 1_000 }, bypassCSP: true })
  await tab.goto(`file://${page}`)
  // A picture of parts of it: the whole is long.
  await tab.addStyleTag({ content: PARTS })
  await tab.screenshot({ path: picture, fullPage: true })
  await browser.close()
}
