import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../../config/config.ts'
import type { DashboardData, Glance, ItemQuery, ItemsView, RunView } from '../../dashboard/ports.ts'
import { finishOf } from '../../domain/judgement/judge-run.ts'
import type { Run } from '../../domain/run/run.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { redactor } from '../../observability/logger.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { reportName, reportText } from '../../report/formats/formats.ts'
import type { Client, Connection } from '../../store/client.ts'
import { leaseHolder } from '../../store/ledger/leases.ts'
import { findItems } from '../../store/runs/items.ts'
import { findRun, listRuns } from '../../store/runs/runs.ts'
import { readSnapshots } from '../../store/runs/snapshots.ts'
import { keptConnection } from '../compose/kept-connection.ts'
import { openDatabase, orNothing } from '../compose/with-database.ts'
import { summaryOf } from '../past/past-runs.ts'
import { judgeNothing, judgeOver } from '../plan/judgement.ts'
import { deadlineIn, runNow } from '../plan/standing.ts'
import { reportOf } from '../report/report.ts'
import { reportDataAside } from '../report/report-thread.ts'
import { controlRun } from '../run/control-run.ts'
import { decideUnknown, unknownOver } from '../run/unknown-calls.ts'
import { accountPages, emptyAccount } from './dashboard-account.ts'
import { KeptForecast } from './dashboard-forecast.ts'

export type DataParts = Pick<Clock, 'now' | 'monotonic'> & { readonly log: Log }
export type KeptData = DashboardData & { close(): Promise<void> }

/** The longest that `close` waits for a forecast in progress. */
const CLOSES_MS = 2_000
/** A search of items that takes longer shows what it has found. */
const PATIENCE_MS = 100

/** What the dashboard shows, read from the database over one kept connection. */
export function dashboardData(config: Config, { log, now, monotonic }: DataParts): KeptData {
  const kept = keptConnection(() => openDatabase(config.database))
  const inTurn = oneAtATime()
  const forecast = new KeptForecast(config, { hide: redactor(config.secrets), monotonic })
  /** `nothing`: where spenddown's tables are missing. */
  const read = async <T>(work: (connection: Connection) => Promise<T>, nothing: T): Promise<T> => {
    const connection = await kept.connection()
    return orNothing(
      () => work(connection),
      () => nothing,
    )
  }
  const found = <T>(id: string, work: (run: Run, connection: Connection) => Promise<T>): Promise<T | null> =>
    read<T | null>(async (connection) => {
      const run = await findRun(connection.client, id)
      // A database may hold the runs of several accounts.
      return run === null || run.vendor !== config.vendor.name ? null : work(run, connection)
    }, null)
  const counted = <T>(work: (connection: Connection) => Promise<T>) =>
    read<T>(work, null as T).then((made) => made ?? Promise.reject(new Error('nothing has run yet')))
  const pages = accountPages(config, { now, forecast, counted, runsOf, viewOf })
  return {
    account: () => read(pages.account, null).then((view) => view ?? emptyAccount(config, now())),
    glance: () => read<Glance>(pages.glance, { open: null, sign: '', judgement: judgeNothing(config, now()) }),
    runs: (before, limit) =>
      read((connection) => runsOf(connection, config, now(), limit, before), { runs: [], next: null }),
    run: (id) => found(id, (run, connection) => viewOf(run, connection, config, now())),
    course: (id) => found(id, (run, { client }) => readSnapshots(client, run.no)),
    items: (id, search, limit) =>
      found(id, async (run, connection) => ({
        run: await viewOf(run, connection, config, now()),
        ...(await itemsOf(run, connection, search, { limit, monotonic })),
      })),
    report: (id) => inTurn(() => found(id, (_, connection) => pageOf(connection, config, id, now()))),
    unknown: () =>
      read((connection) => unknownOver(connection, config, now()), {
        vendor: config.vendor.name,
        busy: null,
        holds: 0,
        calls: [],
        decisions: [],
      }),
    controlRun: (what, runId, by) => controlRun(config, what, runId, by, now()),
    settle: (ids, as, by) =>
      decideUnknown(
        config,
        ids.map((id) => ({ id, as })),
        by,
        { log },
      ),
    close: async () => {
      await Promise.race([forecast.settled(), delay(CLOSES_MS, undefined, { ref: false })])
      await kept.close()
    },
  }
}

async function runsOf(connection: Connection, { vendor }: Config, at: number, limit: number, before?: number | null) {
  const runs = await listRuns(connection.client, vendor.name, limit + 1, before)
  const page = runs.slice(0, limit)
  // One of them at most is running, so `summaryOf` looks at the lease once at most.
  const summaries = await Promise.all(page.map((run) => summaryOf(run, connection, at)))
  return { runs: summaries, next: runs.length > limit ? (page.at(-1)?.no ?? null) : null }
}

async function viewOf(run: Run, connection: Connection, config: Config, at: number): Promise<RunView> {
  const { client } = connection
  const { summary, health, ...judged } = await runNow(run, connection, config, at)
  const atWork = judged.atWork ? await leaseHolder(client, run.vendor, at) : null
  const row = await client.run.findUnique({ where: { no: run.no }, select: { prunedAt: true } })
  const { stopAt, resetAt } = deadlineIn(run, config)
  const finishAt = finishOf({ summary, health, ...judged }, at)
  const shown = { table: run.source, spec: JSON.parse(run.spec), prunedAt: orNull(row?.prunedAt) }
  return { summary, atWork, health, finishAt, stopAt, resetAt, ...shown }
}

async function itemsOf(
  run: Run,
  { client, dialect }: Connection,
  { after, key, prefix, state }: ItemQuery,
  { limit, monotonic }: { readonly limit: number; readonly monotonic: () => number },
): Promise<Omit<ItemsView, 'run'>> {
  const beganAt = monotonic()
  const search = { after, key: key === null ? null : { text: key, prefix }, state }
  const patient = () => monotonic() - beganAt < PATIENCE_MS
  const found = await findItems(client, dialect, { no: run.no, last: run.selected }, search, { limit, patient })
  return { ...found, memory: key === null || prefix ? null : await memoryOf(client, run, key) }
}

async function pageOf(connection: Connection, config: Config, id: string, at: number) {
  const data = await reportDataAside(config.database, connection, id, at)
  if (data === null) return null
  const report = reportOf(config, data, at, await judgeOver(connection, config, at))
  return { name: reportName(report), html: reportText(report, 'html') }
}

async function memoryOf(client: Client, { vendor, source }: Run, key: string): Promise<ItemsView['memory']> {
  const row = await client.memory.findUnique({ where: { vendor_source_key: { vendor, source, key } } })
  if (row === null) return null
  const { triedAt, outcome, paidAt, coolDownUntil } = row
  return { triedAt: Number(triedAt), outcome, paidAt: orNull(paidAt), coolDownUntil: orNull(coolDownUntil) }
}

function orNull(at: bigint | null | undefined): number | null {
  return at == null ? null : Number(at)
}

/** One report at a time: each may take a thread and its memory. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work, work)
    last = turn
    return turn
  }
}
