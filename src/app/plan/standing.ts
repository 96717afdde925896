import type { Config } from '../../config/config.ts'
import { type Credits, minus, plus, toDecimal } from '../../domain/credits/credits.ts'
import { cycleUntil } from '../../domain/cycle/billing-cycle.ts'
import { isWorthALook } from '../../domain/judgement/finding.ts'
import { healthOf, markOf } from '../../domain/judgement/health.ts'
import type { RunNow, Situation } from '../../domain/judgement/situation.ts'
import { type Run, unknownCredits } from '../../domain/run/run.ts'
import { deadlineOf } from '../../refresh/control/cycle-over.ts'
import type { RunSpec } from '../../refresh/ports/run-spec.ts'
import { choose } from '../../schedule/choose.ts'
import type { Connection } from '../../store/client.ts'
import { leaseHolder } from '../../store/ledger/leases.ts'
import { readScheduler } from '../../store/ledger/scheduler-seen.ts'
import { accountState } from '../../store/prisma-store.ts'
import { recentMarks } from '../../store/runs/marks.ts'
import { latestInterrupted, listRuns, runUnderLease } from '../../store/runs/runs.ts'
import { wholeJobHash } from '../compose/job-choice.ts'
import { rulesOf } from '../compose/vendor-rules.ts'
import { summaryOf } from '../past/past-runs.ts'
import { type AccountReading, outlookOf, readCycle } from './outlook.ts'
import { readPast } from './past.ts'

/** How the account stands: all that it is judged by, but for the forecast. */
export type Standing = Awaited<ReturnType<typeof standingOf>>

/** From the database alone, but for `reading`: what the vendor has just reported. Changes nothing. */
export async function standingOf(connection: Connection, config: Config, at: number, reading?: AccountReading | null) {
  const { client } = connection
  const { name } = config.vendor
  // Without a reading the balance is in `past`: what our books make of the last one that the vendor reported.
  const account = reading ?? { at, balance: null, resetsAt: null }
  const { cycle, backAt } = await readCycle(connection, config, at, account)
  const jobs = Object.values(config.jobs)
  const past = await readPast(connection, config, jobs, cycle, at)
  const outlooks = jobs.map((job) => outlookOf(job, config, { at, cycle, account, past, backAt }))
  const scheduled = outlooks.filter(({ job }) => config.jobs[job]?.schedule !== undefined)
  const chosen = scheduled.length === 0 ? null : choose(scheduled)
  const [unknown, run, failed, scheduler] = await Promise.all([
    unknownOf(connection, name, past.busy !== null),
    openRun(connection, config, at),
    latestFailure(connection, config, at),
    readScheduler(client, name),
  ])
  const shown = run === null ? null : await runNow(run, connection, config, at)
  const reserve = shown?.atWork
    ? shown.summary.credits.reserve
    : toDecimal((chosen ?? outlooks[0])?.reserve.credits ?? none)
  const balance = account.balance ?? past.known
  const situation: Omit<Situation, 'forecast'> = {
    now: at,
    resetAt: cycle.endAt,
    balance: balance === null ? null : toDecimal(balance),
    reserve,
    held: unknown,
    rollover: config.vendor.credits.cycle.rollover ?? 0,
    run: shown,
    failed,
    jobs: scheduled.map(({ job, decision }) => ({ job, isDue: decision.kind !== 'wait' })),
    scheduler: { isAlive: isAlive(scheduler, at), seenAt: scheduler.seenAt },
    lapsed: balance === null ? await lapsedAt(connection, config, cycle.startAt, reserve) : null,
  }
  return { at, cycle, account, past, outlooks, scheduled, chosen, unknown, run, situation }
}

const none = 0 as Credits

/** What was left at a reset for this job, by the last balance before it and our books. */
async function lapsedAt(connection: Connection, config: Config, resetAt: number, reserve: number) {
  const { name, credits } = config.vendor
  const { reportedAt, expected, held } = await accountState(connection, name)
  const { startAt } = cycleUntil(resetAt, credits.cycle)
  if (expected === null || reportedAt === null || reportedAt >= resetAt || reportedAt < startAt) return null
  const left = Math.max(0, toDecimal(minus(expected, held)) - reserve)
  const where = { vendor: name, createdAt: { gte: startAt, lt: resetAt } }
  const { _sum } = await connection.client.run.aggregate({ where, _sum: { spent: true } })
  const spent = toDecimal(Number(_sum.spent ?? 0n) as Credits)
  const lost = left * (1 - (credits.cycle.rollover ?? 0))
  return isWorthALook(lost, left + spent) ? { credits: lost, at: resetAt } : null
}

/** This long after its time, what comes regularly is missed. */
const PATIENCE_MS = 10_000

function isAlive({ seenAt, everyMs }: Awaited<ReturnType<typeof readScheduler>>, now: number): boolean {
  return seenAt !== null && everyMs !== null && now - seenAt <= 2.5 * everyMs + PATIENCE_MS
}

/** The run that somebody works on, or else the latest that can go on in this cycle. */
export async function openRun({ client }: Connection, config: Config, at: number): Promise<Run | null> {
  const { name } = config.vendor
  const held = (await leaseHolder(client, name, at)) !== null
  const run = (held ? await runUnderLease(client, name) : null) ?? (await latestInterrupted(client, name, null))
  if (run === null) return null
  return held && run.status === 'running' ? run : deadlineIn(run, config).resetAt > at ? run : null
}

export function deadlineIn(run: Run, config: Config) {
  return deadlineOf(run, { cycle: config.vendor.credits.cycle, rules: rulesOf(config) })
}

/** A run as it is judged. */
export async function runNow(run: Run, connection: Connection, config: Config, at: number): Promise<RunNow> {
  const summary = await summaryOf(run, connection, at)
  const { pace, slot, limit = null } = JSON.parse(run.spec) as Partial<RunSpec>
  const isFull = limit !== null && run.selected >= limit
  const isWhole = (slot ?? null) !== null || run.specHash === wholeJobHash()
  const atWork = summary.status === 'running'
  const marks = atWork ? await recentMarks(connection.client, run.no) : []
  const health = healthOf(marks, markOf(summary, at), summary.elapsedMs)
  const { stopAt } = deadlineIn(run, config)
  return {
    summary,
    atWork,
    stopAt,
    steady: pace === 'steady',
    selectsMore: !run.selectedAll && !isFull,
    isWhole,
    health,
  }
}

const LOOK_BACK = 20

/** The run that ended last, where it failed in this cycle. */
async function latestFailure({ client }: Connection, config: Config, at: number): Promise<Situation['failed']> {
  const runs = await listRuns(client, config.vendor.name, LOOK_BACK)
  const [last] = runs.filter(({ endedAt }) => endedAt !== null).toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
  if (last?.status !== 'failed' || deadlineIn(last, config).resetAt <= at) return null
  return { runId: last.id, job: last.job, detail: last.detail }
}

/** `busy`: a process is spending, so that the open calls of a running run are in flight. */
async function unknownOf({ client }: Connection, vendor: string, busy: boolean): Promise<number> {
  const sums = await client.run.groupBy({ by: ['status'], where: { vendor }, _sum: { held: true, unknown: true } })
  const amounts = sums.map(({ status, _sum }) =>
    unknownCredits({
      status: status === 'running' && busy ? 'running' : 'stopped',
      held: Number(_sum.held ?? 0n) as Credits,
      unknown: Number(_sum.unknown ?? 0n) as Credits,
    }),
  )
  return toDecimal(plus(...amounts))
}
