// `npm run build && npx jiti bench/gain/eighteen-months.ts`: eighteen month ends of the real program, in each order, over a
// shifted clock (`faketime` must be installed) against a vendor of real HTTP. 3,000 people of three groups, whose data
// changes 0.06, 0.5 and 3 times a year, in SQLite; 300 credits a month. Prints what MONTHS.md holds.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { lognormal, randomFrom } from '../pace/random.ts'

const [PEOPLE, CREDITS, MONTHS] = [3_000, 300, 18]
const RATES = [0.06, 0.5, 3]
const DAY_MS = 86_400_000
const YEAR_MS = 365.25 * DAY_MS
const BEGIN_AT = Date.parse('2027-01-01T00:00:00Z')
const CLI = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

interface Person {
  /** When the truth changes, epoch ms, rising. */
  readonly changes: readonly number[]
  readonly refreshedAt: number | null
}

/** How often a person's data had changed by then: what the vendor gives as the title. */
function version({ changes }: Person, at: number): number {
  const next = changes.findIndex((each) => each > at)
  return next === -1 ? changes.length : next
}

function populate(seed: number): Person[] {
  const random = randomFrom(seed)
  return Array.from({ length: PEOPLE }, (_, at): Person => {
    const rate = lognormal(random, (RATES[at % RATES.length] as number) / YEAR_MS, 0.5)
    const changes: number[] = []
    for (let day = BEGIN_AT - 2 * YEAR_MS; day < BEGIN_AT + 2 * YEAR_MS; ) {
      day -= Math.log(1 - random()) / rate
      changes.push(day)
    }
    return { changes, refreshedAt: random() < 0.1 ? null : BEGIN_AT - random() * YEAR_MS }
  })
}

interface Month {
  readonly right: number
  readonly refreshed: number
}

async function live(seed: number, order: string): Promise<Month[]> {
  const people = populate(seed)
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-months-'))
  const database = new Database(join(folder, 'people.db'))
  database.exec('CREATE TABLE people (id INTEGER PRIMARY KEY, kind TEXT, title INTEGER, refreshed_at TEXT)')
  const insert = database.prepare('INSERT INTO people VALUES (?, ?, ?, ?)')
  database.transaction(() => {
    for (const [at, person] of people.entries()) {
      const since = person.refreshedAt
      insert.run(
        at + 1,
        `kind ${at % RATES.length}`,
        since === null ? null : version(person, since),
        since && new Date(since).toISOString(),
      )
    }
  })()
  let now = BEGIN_AT
  const server = createServer((request, response) => {
    const id = Number(new URL(request.url ?? '', 'http://vendor').searchParams.get('id'))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ title: version(people[id - 1] as Person, now) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  writeFileSync(join(folder, 'spenddown.config.mjs'), configText(port, order))
  const isRight = database.prepare('SELECT id, title FROM people')
  const rightNow = (at: number) => {
    const rows = isRight.all() as { id: number; title: number | null }[]
    return rows.filter(({ id, title }) => title === version(people[id - 1] as Person, at)).length / PEOPLE
  }
  const months: Month[] = []
  for (let month = 0; month < MONTHS; month += 1) {
    const resetAt = Date.UTC(2027, month + 1, 1)
    const days = Array.from({ length: 10 }, (_, at) => now + ((resetAt - DAY_MS / 4 - now) * (at + 1)) / 10)
    const right = days.reduce((sum, at) => sum + rightNow(at), 0) / days.length
    now = resetAt - DAY_MS / 4
    months.push({ right, refreshed: await runAt(now, folder) })
  }
  server.close()
  database.close()
  rmSync(folder, { recursive: true })
  return months
}

async function runAt(now: number, folder: string): Promise<number> {
  const clock = new Date(now).toISOString().slice(0, 19).replace('T', ' ')
  const env = { ...process.env, TZ: 'UTC', FAKETIME_DONT_FAKE_MONOTONIC: '1' }
  const args = ['-f', `@${clock}`, process.execPath, CLI, 'run', 'month-end', '--json', '--quiet']
  const { stdout } = await promisify(execFile)('faketime', args, { cwd: folder, env, maxBuffer: 1e8 })
  const { status, records, credits } = JSON.parse(stdout)
  if (status !== 'completed' || credits.spent !== CREDITS) throw new Error(stdout)
  return records.refreshed
}

function configText(port: number, order: string): string {
  return `export default {
    database: { url: 'file:./people.db' },
    vendor: {
      name: 'acme', baseUrl: 'http://127.0.0.1:${port}',
      single: { request: (record) => ({ method: 'GET', path: '/person', query: { id: record.id } }) },
      credits: { cost: { per: 'match', credits: 1 }, allotment: ${CREDITS}, cycle: { anchorDay: 1, timeZone: 'UTC' } },
    },
    records: { table: 'people', key: 'id', refreshedAt: 'refreshed_at', update: { title: 'title' } },
    jobs: { 'month-end': { ${order} } },
  }`
}

const ORDERS = { 'stalest first': '', 'by gain': "orderBy: 'gain', gain: { groups: ['kind'] }" }
const seeds = Number(process.argv[2] ?? 1)
console.log('| order | rows right, months 1 to 6 | 7 to 12 | 13 to 18 | runs |')
console.log('|---|---|---|---|---|')
for (const [name, order] of Object.entries(ORDERS)) {
  const courses: Month[][] = []
  for (let seed = 1; seed <= seeds; seed += 1) courses.push(await live(seed, order))
  const part = (from: number) => {
    const months = courses.flatMap((course) => course.slice(from, from + 6))
    return `${((100 * months.reduce((sum, { right }) => sum + right, 0)) / months.length).toFixed(1)} %`
  }
  console.log(`| ${[name, part(0), part(6), part(12), courses.length * MONTHS].join(' | ')} |`)
}
