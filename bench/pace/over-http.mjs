// Some of the laboratory's situations with everything real: HTTP, the simulator in a process of its own, a database, a
// run. `node bench/pace/over-http.mjs [NAME…]` (after `npm run build`) writes OVER-HTTP.md; with names it only shows.
import { writeFileSync } from 'node:fs'
import { benchConfig, built, machine, peopleDatabase, startVendor } from '../support.mjs'

const SLOTS = { slots: 16, latencyMs: 40 }
const situations = [
  { name: 'steady', title: '16 slots, 40 ms', behaviour: SLOTS, perSecond: 400, records: 8_000 },
  {
    name: 'fragile',
    title: 'the same, falls over above 64 at once',
    behaviour: { ...SLOTS, collapseAbove: 64, collapseMs: 3_000, collapseBillsShare: 0.5 },
    perSecond: 400,
    records: 8_000,
  },
  {
    name: 'rate',
    title: '100 a second, told by 429 alone',
    behaviour: { latencyMs: 40, perSecond: 100, retryAfter: 'none' },
    perSecond: 100,
    records: 3_000,
  },
  {
    name: 'headers',
    title: '100 a second, told in headers',
    behaviour: { latencyMs: 40, perSecond: 100, rateHeaders: 'x-ratelimit' },
    perSecond: 100,
    records: 3_000,
  },
  {
    name: 'outage',
    title: '503s for 20 s, from second 8 on',
    behaviour: SLOTS,
    perSecond: 400,
    records: 8_000,
    outage: { fromMs: 8_000, ms: 20_000 },
  },
]

const wanted = process.argv.slice(2)
const rows = []
for (const situation of situations) {
  if (wanted.length > 0 && !wanted.includes(situation.name)) continue
  rows.push(await measured(situation))
  console.log(rows.at(-1))
}
const head = [
  'situation',
  'calls a second after 5 s',
  'of capacity',
  'throttled',
  'collapses',
  'billed unanswered',
  'failed records',
  'back at 90 % after',
]
const page = `# The pace over real HTTP

\`node bench/pace/over-http.mjs\`; ${machine()}, shared with the vendor's process. Told \`maxConcurrent: 200\` alone.

| ${head.join(' | ')} |
|${head.map(() => '---').join('|')}|
${rows.join('\n')}
`
if (wanted.length === 0) writeFileSync(new URL('OVER-HTTP.md', import.meta.url), page)

async function measured({ title, behaviour, perSecond, records, outage }) {
  const vendor = await startVendor(records * 4, behaviour)
  const database = await peopleDatabase('sqlite', records)
  const { run } = await built('index.js')
  const done = []
  let firstAt = 0
  const handle = run(
    benchConfig(database.url, vendor.url, 200),
    {},
    {
      onEvent: (event) => {
        if (event.type !== 'progress') return
        if (firstAt === 0) {
          firstAt = performance.now()
          if (outage) setTimeout(() => strike(vendor.url, outage.ms), outage.fromMs)
        }
        done.push({ at: performance.now() - firstAt, records: event.summary.records.refreshed })
      },
    },
  )
  const summary = await handle.summary
  const stats = await (await fetch(`${vendor.url}/_simulator/stats`)).json()
  vendor.stop()
  await database.drop()
  const late = done.find(({ at }) => at >= 5_000)
  const end = outage ? done.findLast(({ at }) => at <= outage.fromMs) : done.at(-1)
  const rate = ((end.records - late.records) / (end.at - late.at)) * 1_000
  const back = outage ? `${(recovered(done, outage.fromMs + outage.ms, perSecond) / 1_000).toFixed(1)} s` : '–'
  const share = (100 * summary.calls.throttled) / summary.calls.sent
  const { failed } = summary.records
  return `| ${title} | ${rate.toFixed(0)} | ${(rate / perSecond).toFixed(2)} | ${share.toFixed(2)} % | ${stats.collapses} | ${stats.chargedUnanswered} | ${failed} | ${back} |`
}

async function strike(url, ms) {
  const behave = (faults) => fetch(`${url}/_simulator/behaviour`, { method: 'PATCH', body: JSON.stringify({ faults }) })
  await behave({ error503: {} })
  setTimeout(() => behave({ error503: null }), ms)
}

/** How long after the instant until a second's records reached 90 % of what is possible, ms. */
function recovered(done, from, perSecond) {
  for (const { at, records } of done) {
    if (at < from + 1_000) continue
    const before = done.findLast((one) => one.at <= at - 1_000)
    if (before && ((records - before.records) / (at - before.at)) * 1_000 >= 0.9 * perSecond) return at - from
  }
  return Number.NaN
}
