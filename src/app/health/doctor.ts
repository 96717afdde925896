import type { Config } from '../../config/config.ts'
import { toDecimal } from '../../domain/credits/credits.ts'
import { InputError, messageOf, SpenddownError } from '../../domain/errors/errors.ts'
import { describeProblem } from '../../domain/errors/problem.ts'
import { iso } from '../../domain/time/iso.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { redactor } from '../../observability/logger.ts'
import { readBalance } from '../../refresh/balance/read-balance.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { cutText } from '../../report/cut-text.ts'
import type { Connection } from '../../store/client.ts'
import { clockAheadMs, isReadOnly, missingIndex, tableHealth } from '../../store/health.ts'
import { pendingMigrations } from '../../store/migrations/migrate.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { SILENT } from '../compose/app.ts'
import { checkTable } from '../compose/check-table.ts'
import { clientFor } from '../compose/client-for.ts'
import { rulesOf } from '../compose/vendor-rules.ts'
import { describeOver, withDatabase } from '../compose/with-database.ts'
import { pastRuns } from '../past/past-runs.ts'
import { evaluateSchedule } from '../plan/outlook.ts'
import type { Diagnosis, Finding } from './diagnosis.ts'

type Check = Finding['check']

/** Clocks that are farther apart make a run stop or start at the wrong time. */
const MOST_APART_MS = 30_000
/** A smaller table is sorted quickly. */
const MANY_ROWS = 50_000
/** Of what the vendor answers, so many characters are shown. */
const MOST_ANSWER = 300

/** Looks at everything that a run depends on. It spends nothing and changes nothing. */
export async function examine(config: Config, log: Log = SILENT, now = Date.now): Promise<Diagnosis> {
  const findings = [fine('config', 'sound'), ...(config.exposed ?? []).map(exposedFile)]
  findings.push(...(await examineDatabase(config, now)))
  findings.push(...(await examineVendor(config, log, now)))
  // The schedule depends on what the database says was done.
  if (findings.every(({ check, ok }) => check !== 'database' || ok))
    findings.push(...(await examineSchedule(config, log, now)), ...(await lastWarnings(config)))
  findings.push(...examineReserves(config))
  return { ok: findings.every(({ ok }) => ok), findings }
}

/** The warnings of the latest run; none if it cannot be read. */
async function lastWarnings({ database, vendor }: Config): Promise<Finding[]> {
  const [last] = await pastRuns({ database, vendor: vendor.name }, 1).catch(() => [])
  const mend = 'mend the path, or take the column out of `records.update`'
  return (last?.warnings ?? []).map((found) => fine('warning', `run ${last?.runId}: ${found}`, mend))
}

function exposedFile(file: string): Finding {
  return fine('config', `others on this machine may read ${file}`, `chmod 600 ${file}`)
}

function fine(check: Check, found: string, mend: string | null = null): Finding {
  return { check, ok: true, found, mend }
}

function wrong(check: Check, found: string, mend: string): Finding {
  return { check, ok: false, found, mend }
}

function failed(check: Check, error: unknown, mend: string): Finding {
  if (error instanceof InputError)
    return wrong(check, error.problems.map(describeProblem).join(' '), 'mend what it names')
  return wrong(check, messageOf(error), mend)
}

const READ_ONLY = wrong(
  'database',
  'it answers, and takes no writes: it is a standby, or set to be read-only',
  'name the primary in `database.url`, or set default_transaction_read_only off',
)

async function examineDatabase(config: Config, now: () => number): Promise<Finding[]> {
  try {
    return await withDatabase(config.database, async (connection) => {
      const answers = (await isReadOnly(connection)) ? READ_ONLY : fine('database', `${connection.dialect} answers`)
      return [answers, ...(await examineInside(config, connection, now))]
    })
  } catch (error) {
    return [failed('database', error, 'start it, or mend `database.url`')]
  }
}

async function examineInside(config: Config, connection: Connection, now: () => number): Promise<Finding[]> {
  const clock = examineClock('the database', await clockAheadMs(connection, now))
  const findings = [...(clock === null ? [] : [clock]), await examineMigrations(connection)]
  try {
    const table = await checkTable(config, describeOver(connection))
    findings.push(fine('table', `${table.label} has all that the config names`))
    findings.push(await examineRights(config, connection, table), ...(await examineOrders(config, connection, table)))
  } catch (error) {
    findings.push(failed('table', error, 'mend the table, or `records`'))
  }
  return findings
}

function examineClock(whose: string, aheadMs: number | null): Finding | null {
  if (aheadMs === null) return null
  const apart = `the clock of ${whose} is ${roughly(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`
  return Math.abs(aheadMs) <= MOST_APART_MS
    ? fine('clock', apart)
    : wrong('clock', apart, 'set the clocks (NTP): resets and leases go by them')
}

async function examineMigrations(connection: Connection): Promise<Finding> {
  try {
    const pending = await pendingMigrations(connection)
    if (pending.length === 0) return fine('migrations', "spenddown's tables are up to date")
    return fine('migrations', `${pending.length} to apply; the next run does, and so does \`spenddown migrate\``)
  } catch (error) {
    const denied = error instanceof SpenddownError && error.code === 'DATABASE_DENIED'
    const mend = denied ? 'grant what is missing' : 'install the version of spenddown that it names'
    return failed('migrations', error, mend)
  }
}

async function examineRights(config: Config, connection: Connection, table: UserTable): Promise<Finding> {
  const { update, refreshedAt } = config.records
  const updated = [...Object.keys(update), ...(refreshedAt === undefined ? [] : [refreshedAt])]
  const { client } = connection
  const rights = tableHealth(connection)
  const missing = await rights.missingRights(client, table, updated, config.database.file)
  if (missing.length === 0) return fine('rights', 'this user may do all that a run does')
  const { problem, remedy } = await rights.explainRights(client, missing)
  return wrong('rights', problem, remedy)
}

async function examineOrders(config: Config, connection: Connection, table: UserTable): Promise<Finding[]> {
  const orders = Object.values(config.jobs).map(({ orderBy }) => orderBy ?? [])
  const missing = new Set<string>()
  for (const orderBy of orders.length === 0 ? [[]] : orders) {
    const statement = await missingIndex(connection, table, orderBy)
    if (statement !== null) missing.add(statement)
  }
  if (missing.size === 0) return [fine('index', 'none is missing for the order that records are taken in')]
  if (!(await tableHealth(connection).hasMoreRows(connection.client, table, MANY_ROWS)))
    return [fine('index', 'none for the order, and the table is small enough')]
  return [...missing].map((statement) => wrong('index', 'each selection sorts the whole table', statement))
}

async function examineVendor(config: Config, log: Log, now: () => number): Promise<Finding[]> {
  const rules = rulesOf(config)
  if (rules.balance === null)
    return [fine('vendor', 'it has no balance endpoint: nothing can be asked without a credit')]
  const client = clientFor(config, log, 1)
  try {
    let date: string | null = null
    let answer = ''
    const hide = redactor(config.secrets)
    // The reply's Date is the vendor's clock, to the second.
    const seeing = {
      close: () => client.close(),
      send: async (...args: Parameters<typeof client.send>) => {
        const exchange = await client.send(...args)
        if (exchange.kind !== 'reply') return exchange
        if (typeof exchange.headers.date === 'string') date = exchange.headers.date
        const said = cutText(hide(exchange.text).replaceAll(/\s+/g, ' '), MOST_ANSWER)
        answer = `; it answered ${exchange.status}: ${escapedText(said)}`
        return exchange
      },
    }
    const asked = now()
    const reading = await readBalance(seeing, rules, now)
    const clock = date === null ? null : examineClock('the vendor', Date.parse(date) + 500 - (asked + now()) / 2)
    return [balanceFinding(reading, answer), ...(clock === null ? [] : [clock])]
  } finally {
    client.close()
  }
}

/** `answer`: what the balance was read from, so that a person sees whether it is the right figure. */
function balanceFinding(reading: Awaited<ReturnType<typeof readBalance>>, answer: string): Finding {
  if (reading.kind === 'balance') {
    const reset = reading.resetsAt === null ? '' : `; reset at ${iso(reading.resetsAt)}`
    return fine('vendor', `answers; balance ${toDecimal(reading.balance)}${reset}${answer}`)
  }
  const mend =
    reading.kind === 'refused'
      ? 'mend the credentials: `vendor.auth` or `vendor.headers`, or what `.env` or the environment gives them'
      : 'mend `vendor.baseUrl` or `vendor.credits.balance`, or wait until the vendor is well'
  return wrong('vendor', `${reading.reason}${answer}`, mend)
}

/** Of two jobs without a reserve, the later may find no credits left: worth a note, but no mistake. */
function examineReserves({ jobs }: Config): Finding[] {
  const greedy = Object.values(jobs).filter(({ reserve }) => reserve === 0)
  const names = greedy.map(({ name }) => `"${name}"`)
  if (greedy.length < 2 || greedy.every(({ budget }) => budget !== 'remaining')) return []
  const found = `${names.join(' and ')} spend from one account, and none of them leaves the others a reserve`
  const mend = "give one that must find its credits a `priority`, and the others `reserve: 'auto'` or a number"
  return [fine('reserve', found, mend)]
}

async function examineSchedule(config: Config, log: Log, now: () => number): Promise<Finding[]> {
  if (Object.values(config.jobs).every(({ schedule }) => schedule === undefined))
    return [fine('schedule', 'no job has one: nothing starts by itself')]
  try {
    const { jobs } = await evaluateSchedule(config, { log, now })
    return jobs.map(({ job, decision }) => {
      const found = `${job}: ${decision.kind} · ${decision.why}`
      const isStuck = decision.kind === 'wait' && decision.because === 'needs-person'
      const mend = 'see `spenddown status`, mend it and run the job'
      return isStuck ? wrong('schedule', found, mend) : fine('schedule', found)
    })
  } catch (error) {
    return [failed('schedule', error, 'mend what is wrong above')]
  }
}
