import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Config, DatabaseConfig, JobConfig, RecordsConfig } from '../../config/config.ts'
import { checkWith } from '../../config/standard-schema.ts'
import { systemClock } from '../../domain/clock.ts'
import { InputError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import { sealer } from '../../domain/sealed-text.ts'
import type { Condition } from '../../domain/where.ts'
import { hider } from '../../observability/logger.ts'
import { AdaptivePace } from '../../pacing/adaptive-pace.ts'
import { type Compare, type Encode, type Keep, mapper, type Update } from '../../refresh/classify/mapping.ts'
import { replyKeeper } from '../../refresh/commit/keep-reply.ts'
import type { Emit, RunProbe } from '../../refresh/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { RunStore } from '../../refresh/ports/store.ts'
import type { VendorClient } from '../../refresh/ports/vendor.ts'
import type { RunParts } from '../../refresh/run-parts.ts'
import { type Connection, connect } from '../../store/client.ts'
import { fileJournal } from '../../store/journal.ts'
import { isAlive, thisProcess } from '../../store/machine.ts'
import { migrate } from '../../store/migrations/migrate.ts'
import { prismaStore } from '../../store/prisma-store.ts'
import { reach } from '../../store/reach.ts'
import { checkDedupe } from '../../store/user-table/describe/check-dedupe.ts'
import { checkUpdate } from '../../store/user-table/describe/check-update.ts'
import { describeTable } from '../../store/user-table/describe/describe-table.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { checkOrderBy } from '../../store/user-table/where/parse-order-by.ts'
import { parseWhere } from '../../store/user-table/where/parse-where.ts'
import { changedColumns } from '../../store/user-table/write/changed-columns.ts'
import { encodeValues } from '../../store/user-table/write/encode-values.ts'
import { keptChanges } from '../../store/user-table/write/kept-changes.ts'
import { preconditionOf } from '../../store/user-table/write/precondition.ts'
import { workerStore } from '../../store/worker/worker-store.ts'
import { vendorClient } from '../../vendors/vendor-client.ts'
import { checkDatabase, checkDatabasePlace } from './check-database.ts'
import { reserveWorker } from './reserves.ts'
import { rulesOf } from './vendor-rules.ts'

/** How long a stop waits for calls on the wire at most, ms. */
const DRAIN_MS = 30_000

export interface App {
  readonly config: Config
  readonly connection: Connection
  readonly table: UserTable
  readonly store: RunStore
  /** The condition that every run of the job starts from: eligible, and the job's own. */
  conditionOf(job: JobConfig): Condition
  /** Everything that a run works with. */
  parts(emit: Emit, probe?: RunProbe): RunParts
  close(): Promise<void>
}

/**
 * Puts the parts together: opens the database, brings spenddown's tables up to date, and checks the config against
 * the user's table. Throws InputError with all problems at once; nothing has been spent then. `thread`: the store works
 * in one of its own, which a run needs, and whoever only looks does not wait for.
 */
export async function openApp(
  config: Config,
  log: Log,
  open: typeof connect = connect,
  { thread = open === connect } = {},
): Promise<App> {
  checkDatabase(config.database)
  const connection = await open(config.database.url, config.database.dialect)
  try {
    await reach(connection)
    const { table, conditions } = await checkTable(config, connection)
    const { applied } = await migrate(connection)
    if (applied.length > 0) log.info({ applied }, 'the database was brought up to date')
    const { url, dialect } = config.database
    const own = thread ? workerStore({ url, dialect, table }) : null
    const store = own ?? prismaStore(connection, table)
    return {
      config,
      connection,
      table,
      store,
      conditionOf: (job) => conditions.get(job.name) ?? conditionOf(config, job, table, []),
      parts: (emit, probe) => ({
        ...runParts(config, table, store, log, emit),
        workOutReserve: reserveWorker(config, connection),
        probe,
      }),
      close: async () => {
        await own?.close()
        await connection.close()
      },
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** Brings spenddown's own tables up to date; on SQLite the file is made if it is missing. */
export async function migrateDatabase(database: DatabaseConfig): Promise<{ applied: readonly string[] }> {
  checkDatabasePlace(database)
  const connection = await connect(database.url, database.dialect)
  try {
    await reach(connection)
    return await migrate(connection)
  } finally {
    await connection.close()
  }
}

/** As `migrateDatabase`, for a database that must be there already: it holds the records. */
export async function prepareDatabase(database: DatabaseConfig): Promise<void> {
  checkDatabase(database)
  await migrateDatabase(database)
}

/** What is wrong with the table, where the rest of the config is wrong already; nothing if it cannot be looked at. */
export async function checkPartial(partial: {
  readonly database?: DatabaseConfig
  readonly records?: RecordsConfig
}): Promise<readonly Problem[]> {
  const { database, records } = partial
  if (database === undefined || records === undefined) return []
  try {
    checkDatabase(database)
    const connection = await connect(database.url, database.dialect)
    try {
      await checkTable({ records, jobs: {} }, connection)
    } finally {
      await connection.close()
    }
  } catch (error) {
    return error instanceof InputError ? error.problems : []
  }
  return []
}

/** Holds the config against the user's table. Throws InputError with all problems. */
export async function checkTable(config: Pick<Config, 'records' | 'jobs'>, connection: Connection) {
  const { records, jobs } = config
  const described = await describeTable(connection.client, connection.dialect, records)
  const table = 'table' in described ? described.table : described.provisional
  const problems: Problem[] = 'problems' in described ? [...described.problems] : []
  if (table === undefined) throw new InputError('TABLE_INVALID', problems)
  problems.push(...checkUpdate(table, Object.keys(records.update), 'records.update'))
  problems.push(...checkDedupe(table, records.dedupeBy, 'records.dedupeBy'))
  const conditions = new Map<string, Condition>()
  for (const job of Object.values(jobs)) {
    conditions.set(job.name, conditionOf(config, job, table, problems))
    problems.push(...checkOrderBy(job.orderBy ?? [], table, `jobs["${job.name}"].orderBy`))
  }
  conditionOf(config, { name: '', where: {} }, table, problems)
  if (problems.length > 0) throw new InputError('CONFIG_INVALID', unique(problems))
  return { table, conditions }
}

function conditionOf(
  config: Pick<Config, 'records'>,
  job: Pick<JobConfig, 'name' | 'where'>,
  table: UserTable,
  problems: Problem[],
): Condition {
  const parsed = [
    parseWhere(config.records.eligible, table, 'records.eligible'),
    parseWhere(job.where, table, `jobs["${job.name}"].where`),
  ]
  const all: Condition[] = []
  for (const part of parsed) {
    if ('problems' in part) problems.push(...part.problems)
    else all.push(part.condition)
  }
  return { kind: 'all', of: all }
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}

function runParts(
  config: Config,
  table: UserTable,
  store: RunStore,
  log: Log,
  emit: Emit,
): Omit<RunParts, 'workOutReserve'> {
  const { vendor, records } = config
  const pace = new AdaptivePace({
    limits: vendor.limits,
    clock: systemClock,
    onChange: ({ concurrency, perSecond, reason }, steps) =>
      log.info({ concurrency, perSecond, steps, reason }, 'the pace has changed'),
  })
  return {
    store,
    vendor: clientFor(config, log, pace.ceiling + 1),
    rules: rulesOf(config),
    map: mapOf(config, table),
    preconditionOf: (held) => preconditionOf(table, held),
    pace,
    journal: fileJournal(config.journalDir),
    clock: systemClock,
    random: Math.random,
    log,
    emit,
    me: thisProcess(randomUUID()),
    isAlive,
    leaseMs: config.leaseMs,
    coolDown: records.coolDown,
    unavailableForMs: config.database.unavailableForMs,
    drainMs: Math.min(DRAIN_MS, vendor.timeoutMs + 1_000),
    allotment: vendor.credits.allotment ?? null,
    cycle: vendor.credits.cycle,
    keepItemsMs: config.keepItemsMs,
    newRunId,
    hide: hider(config.secrets),
    keep: vendor.keepRepliesMs === null ? null : replyKeeper(vendor.keepRepliesMs, sealer(config.secrets)),
    source: table.label,
  }
}

/** What speaks to the vendor, over so many connections at most. */
export function clientFor({ vendor, secrets }: Config, log: Log, maxSockets: number): VendorClient {
  return vendorClient({
    baseUrl: vendor.baseUrl,
    headers: vendor.headers,
    auth: vendor.auth ?? null,
    idempotencyHeader: vendor.idempotencyHeader ?? null,
    timeoutMs: vendor.timeoutMs,
    maxSockets,
    clock: systemClock,
    obtained: (token) => secrets.add(token),
    missed: ({ kind, reason }) => log.warn({ kind, reason }, 'no access token'),
  })
}

/** How the config maps data to the table's columns. */
export function mapOf({ vendor, records }: Config, table: UserTable): RunParts['map'] {
  const encode: Encode = (values) => encodeValues(table, values)
  const update = records.update as Update
  const check = vendor.response === undefined ? undefined : checkWith(vendor.response)
  const compare: Compare = (record, values) => changedColumns(table, record, values)
  const keep: Keep | null = records.keepChanges ? (...read) => keptChanges(table, ...read) : null
  return mapper(update, encode, check, compare, keep)
}

/** Sorts by time, reads well aloud, and is not guessed: "20261130-9f3c1a2b7d". */
function newRunId(): string {
  return `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}-${randomBytes(5).toString('hex')}`
}

/** A fingerprint of what a run is for, to tell whether an interrupted run is the one that is asked for. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
