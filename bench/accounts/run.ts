// Many accounts, each with a key, a bill and a budget of its own at one of three vendors, over one PostgreSQL and several
// machines: real processes of `schedule` on this one. Says how long it took, what the processes took of memory, and whether every bill is right.
// Usage: npm run bench:accounts -- [--accounts 1000] [--credits 200] [--machines 2] [--at-once 10] [--kill] [--hosts]
// With --hosts there are four, each with a network of its own: one whose process is killed every few seconds and started
// again, one that is cut off from the database every other half a minute, one whose clock is three minutes off. It needs
// root, `ip` and libfaketime.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { type SimulatedVendor, startVendor } from '../../src/simulator/vendor.ts'
import { POSTGRES_URL } from '../../test/support/databases/postgres-url.ts'
import { findFaketime, wallClock } from '../../test/support/machine/faketime.ts'
import { type Network, openNetwork, VENDORS } from './hosts.ts'

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '1000' },
    credits: { type: 'string', default: '200' },
    machines: { type: 'string', default: '2' },
    'at-once': { type: 'string', default: '10' },
    kill: { type: 'boolean', default: false },
    hosts: { type: 'boolean', default: false },
  },
})
const [ACCOUNTS, CREDITS, MACHINES] = [values.accounts, values.credits, values.hosts ? '4' : values.machines].map(
  Number,
) as [number, number, number]
const PEOPLE = Math.ceil(CREDITS * 1.1)
const RESERVE = 2
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const CONFIG = fileURLToPath(new URL('../../test/crash/support/accounts-config.mjs', import.meta.url))

const database = `spenddown_bench_${randomBytes(4).toString('hex')}`
const url = new URL(POSTGRES_URL)
url.pathname = `/${database}`
const folder = mkdtempSync(join(tmpdir(), 'spenddown-bench-'))
/** Each by its place; a process that was killed gives way to the next on its host. */
const machines: ChildProcess[] = []
let network: Network | null = null
const vendors: Server[] = []
/** By the key that a vendor knows each by. */
const accounts = new Map<unknown, SimulatedVendor>()

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: POSTGRES_URL })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

/** Where it answers. */
async function openVendor(): Promise<string> {
  const vendor = createServer((req, res) => {
    const account = accounts.get(req.headers['x-api-key'])
    if (account === undefined) res.writeHead(401).end()
    else account.answer(req, res)
  })
  vendors.push(vendor)
  const host = values.hosts ? VENDORS : '127.0.0.1'
  await once(vendor.listen(0, host), 'listening')
  return `http://${host}:${(vendor.address() as AddressInfo).port}`
}

async function prepare(client: pg.Client): Promise<void> {
  const urls = await Promise.all([openVendor(), openVendor(), openVendor()])
  await client.query('CREATE TABLE tenants (name TEXT PRIMARY KEY, api_key TEXT, url TEXT)')
  for (let at = 0; at < ACCOUNTS; at++) {
    const apiKey = `key-of-tenant-${at}`
    const account = await startVendor({
      apiKey,
      allotment: CREDITS + RESERVE,
      latencyMs: { min: 20, max: 60 },
      idempotency: true,
    })
    accounts.set(apiKey, account)
    const vendor = urls[at % urls.length]
    await client.query('INSERT INTO tenants VALUES ($1, $2, $3)', [`tenant-${at}`, apiKey, vendor])
  }
  await client.query(`CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, country TEXT, job_title TEXT,
    refreshed_at TIMESTAMPTZ)`)
  await client.query(
    `INSERT INTO people SELECT i, 'p' || i || '@example.com', 'tenant-' || (i % $1), 'before',
     timestamptz '2020-01-01' + i * interval '1 minute' FROM generate_series(1, $2::int) AS i`,
    [ACCOUNTS, ACCOUNTS * PEOPLE],
  )
  await client.query('CREATE INDEX ON people (country)')
}

function startMachine(at: number): void {
  const host = network?.hosts[at]
  const reached = new URL(url)
  if (network !== null) reached.host = `${network.database.host}:${network.database.port}`
  const place = {
    url: reached.href,
    folder,
    resetAt: Date.now() + 6 * 3_600_000,
    tenants: 'tenants',
    atOnce: Number(values['at-once']),
  }
  const [command, ...args] = [...(host?.prefix ?? []), process.execPath, MAIN, 'schedule', '--every', '5', '--quiet']
  machines[at] = spawn(command as string, [...args, '--config', CONFIG], {
    cwd: folder,
    env: { ...process.env, SPENDDOWN_CASE: JSON.stringify(place), ...(at === WRONG_CLOCK ? aheadBy(180) : {}) },
    stdio: ['ignore', values.hosts ? 'ignore' : 'inherit', 'inherit'],
  })
}

/** Of the hosts: whose process is killed, which is cut off, whose clock is wrong. The fourth has no trouble. */
const [KILLED, CUT_OFF, WRONG_CLOCK] = values.hosts ? [0, 1, 2] : [-1, -1, -1]
const KILL_EVERY_MS = 5_000
const CUT_FOR_MS = 30_000

function aheadBy(seconds: number) {
  const library = findFaketime()
  if (library === null) throw new Error('libfaketime is needed')
  const clock = wallClock(library, folder)
  clock.set(seconds)
  return clock.env
}

/** Until what it returns is called. */
function trouble(): () => { kills: number; cuts: number } {
  let [kills, cuts, isCut] = [0, 0, false]
  const host = network?.hosts[CUT_OFF]
  const killing = setInterval(() => {
    machines[KILLED]?.kill('SIGKILL')
    kills += 1
    startMachine(KILLED)
  }, KILL_EVERY_MS)
  const cutting = setInterval(() => {
    isCut = !isCut
    if (isCut) {
      host?.cutFromDatabase()
      cuts += 1
    } else host?.mend()
    // It gives up where the database is away for too long, and whoever supervises it starts it again.
    if (!isCut && machines[CUT_OFF]?.exitCode !== null) startMachine(CUT_OFF)
  }, CUT_FOR_MS)
  return () => {
    clearInterval(killing)
    clearInterval(cutting)
    return { kills, cuts }
  }
}

/** What a process and its threads have taken of the processor so far, seconds. */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** The most memory that a process has held so far, MiB. */
function peakOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}

async function completed(client: pg.Client): Promise<number> {
  const there = await client.query(`SELECT to_regclass('spenddown.run') IS NOT NULL AS there`)
  if (!there.rows[0].there) return 0
  return (await client.query(`SELECT count(*)::int AS n FROM spenddown.run WHERE status = 'completed'`)).rows[0].n
}

async function measure(client: pg.Client) {
  const beganAt = performance.now()
  for (let at = 0; at < MACHINES; at++) startMachine(at)
  const troubled = values.hosts ? trouble() : () => ({ kills: values.kill ? 1 : 0, cuts: 0 })
  let toKill = values.kill
  for (let done = 0; done < ACCOUNTS; done = await completed(client)) {
    if (toKill && done > ACCOUNTS / 3) {
      machines.shift()?.kill('SIGKILL')
      toKill = false
    }
    await sleep(500)
  }
  const seconds = (performance.now() - beganAt) / 1_000
  const troubles = troubled()
  const alive = machines.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
  const bills = [...accounts.values()].map(({ bill }) => bill.totals())
  return {
    accounts: ACCOUNTS,
    creditsEach: CREDITS,
    machines: MACHINES,
    ...troubles,
    seconds: Math.round(seconds),
    callsPerSecond: Math.round(bills.reduce((sum, { charges }) => sum + charges, 0) / seconds),
    peaksMiB: alive.map(peakOf),
    cpuSeconds: alive.map(cpuOf),
    notSpent: bills.filter(({ lookupCredits }) => lookupCredits < CREDITS).length,
    overBudget: bills.filter(({ lookupCredits }) => lookupCredits > CREDITS).length,
    leftOver: bills.reduce((sum, { lookupCredits }) => sum + CREDITS - lookupCredits, 0),
    chargedTwice: bills.reduce((sum, { recordsChargedMoreThanOnce }) => sum + recordsChargedMoreThanOnce, 0),
  }
}

if (values.hosts) network = await openNetwork(MACHINES, { host: '127.0.0.1', port: Number(url.port || 5432) })
await onServer(`CREATE DATABASE ${database}`)
const client = new pg.Client({ connectionString: url.href })
try {
  await client.connect()
  await prepare(client)
  console.log(JSON.stringify(await measure(client), null, 2))
} finally {
  for (const machine of machines) machine.kill('SIGKILL')
  await client.end()
  for (const vendor of vendors) vendor.close().closeAllConnections()
  await Promise.all([...accounts.values()].map((account) => account.close()))
  network?.close()
  await onServer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  rmSync(folder, { recursive: true, force: true })
}
