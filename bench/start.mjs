// How long short commands take, beside a bare `node -e 0`, and how long a run and a resume take to their first call: the
// whole program, each time in a process of its own, on a database that has had a run.
// Usage: node bench/start.mjs DIALECT [TIMES]
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dist, peopleDatabase } from './support.mjs'

const MAIN = fileURLToPath(new URL('main.js', dist))
const [dialect = 'sqlite', times = '9'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'spenddown-bench-start-'))
const database = await peopleDatabase(dialect, 1_000)

/** Answers each call after so long. */
let latencyMs = 0
let remaining = 1_000_000
let onCall = () => {}
const vendor = createServer(({ url }, res) => {
  if (url.startsWith('/account')) return res.end(JSON.stringify({ remaining }))
  remaining -= 1
  onCall()
  setTimeout(() => res.end('{"title":"Engineer"}'), latencyMs)
})
await new Promise((listening) => vendor.listen(0, '127.0.0.1', listening))

writeFileSync(
  join(folder, 'spenddown.config.mjs'),
  `export default {
  database: { url: ${JSON.stringify(database.url)} },
  vendor: {
    name: 'bench', baseUrl: 'http://127.0.0.1:${vendor.address().port}',
    single: { request: (record) => ({ path: '/people', query: { email: record.email } }), data: (body) => body },
    credits: { cost: { per: 'match', credits: 1 }, balance: { path: '/account', remaining: (body) => body.remaining } },
  },
  records: { table: 'people', key: 'id', refreshedAt: 'refreshed_at', update: { job_title: 'title' } },
  jobs: { all: { schedule: { beforeReset: '1h' } } },
  report: false,
}
`,
)

function start(...args) {
  const beganAt = performance.now()
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise((resolve) => child.on('exit', () => resolve(performance.now() - beganAt)))
  const called = new Promise((resolve) => {
    onCall = () => resolve(performance.now() - beganAt)
  })
  return { child, ended, called }
}

async function median(measure) {
  const all = []
  for (let at = 0; at < Number(times); at++) all.push(await measure())
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]
}

/** The first call of a run, which is then told to stop in the middle. */
async function firstCall(...args) {
  const { child, ended, called } = start(MAIN, ...args, '--quiet')
  const ms = await called
  child.kill('SIGTERM')
  await ended
  return ms
}

const result = { node: await median(() => start('-e', '0').ended) }
await start(MAIN, 'run', 'all', '--limit', '20', '--quiet').ended
for (const command of ['--help', 'status', 'runs', 'tick', 'plan'])
  result[command] = await median(() => start(MAIN, command).ended)
latencyMs = 200
result['run, first call'] = await median(() => firstCall('run', 'all', '--limit', '30', '--new'))
result['resume, first call'] = await median(() => firstCall('resume'))
vendor.close().closeAllConnections()
await database.drop()
rmSync(folder, { recursive: true })
process.stdout.write(
  `${JSON.stringify(Object.fromEntries(Object.entries(result).map(([name, ms]) => [name, Math.round(ms)])))}\n`,
)
