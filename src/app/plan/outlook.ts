import type { Config, JobConfig } from '../../config/config.ts'
import { type Credits, least, minus, most, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { Reserved } from '../../domain/credits/reserve.ts'
import { type BillingCycle, cycleAt, cycleFrom, cycleUntil } from '../../domain/cycle/billing-cycle.ts'
import { parseCron } from '../../domain/cycle/cron-expression.ts'
import { deadlineAt } from '../../domain/cycle/deadline.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { iso } from '../../domain/time/iso.ts'
import { BalanceUnreadableError } from '../../refresh/balance/opening-balance.ts'
import { readBalance } from '../../refresh/balance/read-balance.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { settlesWithinMs } from '../../refresh/settle/settlement.ts'
import type { Chosen } from '../../schedule/choose.ts'
import { type Decision, decide } from '../../schedule/decide.ts'
import { type Experience, experienceOf } from '../../schedule/experience.ts'
import { autoLeadMs, type Work } from '../../schedule/time-needed.ts'
import type { ScheduleTerms } from '../../schedule/window.ts'
import type { Connection } from '../../store/client.ts'
import { latestReset } from '../../store/ledger/account-history.ts'
import { creditsBackAt } from '../../store/runs/credits-back.ts'
import { reserveOf } from '../compose/reserves.ts'
import { rulesOf } from '../compose/vendor-rules.ts'
import { readDatabase } from '../compose/with-database.ts'
import { NO_PAST, type Past, readPast } from './past.ts'

/** What the balance endpoint reported. Instants are epoch ms. */
export interface AccountReading {
  readonly at: number
  /** Null: it could not be read. */
  readonly balance: Credits | null
  readonly resetsAt: number | null
}

/** The schedule's decisions for all scheduled jobs, in the order of the config. Instants are epoch ms. */
export interface Outlook {
  readonly at: number
  readonly cycle: BillingCycle
  readonly jobs: readonly JobOutlook[]
  /** The account reading; null if the vendor was not asked. */
  readonly account: AccountReading | null
}

/** A job's decision, and what a run that began now would go by. */
export interface JobOutlook extends Chosen {
  readonly reserve: Reserved
  /** The account's, by the vendor or else by our books; null: not known. */
  readonly balance: Credits | null
  /** Of the balance, what neither the reserve nor unknown calls hold. */
  readonly free: Credits | null
  /** What the run could spend; null: not known. */
  readonly spendable: Credits | null
  readonly stopAt: number
  readonly experience: Experience
}

export interface EvaluationParts {
  readonly log: Log
  readonly now: () => number
  /** A recent account reading to use instead of asking the vendor. */
  readonly account?: AccountReading | null
  /** This process holds the lease, so its holder is no reason to wait. */
  readonly ours?: boolean
}

/** What the schedule has each job do now. Throws as `scheduledJobs` and `readAccount` do, or DatabaseUnavailableError. */
export async function evaluateSchedule(config: Config, parts: EvaluationParts): Promise<Outlook> {
  const jobs = scheduledJobs(config)
  const at = parts.now()
  const isAsked = asksAccount(config, jobs)
  const account = isAsked ? (parts.account ?? (await readAccount(config, parts.log, parts.now))) : null
  const read = async (connection: Connection) => {
    const now = await readCycle(connection, config, at, account)
    return { ...now, found: await readPast(connection, config, jobs, now.cycle, at) }
  }
  const nothing = () => ({ cycle: cycleNow(config, at, account?.resetsAt ?? null), backAt: null, found: NO_PAST })
  const { cycle, backAt, found } = await readDatabase(config.database, read, nothing)
  const past = parts.ours ? { ...found, busy: null } : found
  const around = { at, cycle, account, past, backAt }
  return { at, cycle, account, jobs: jobs.map((job) => outlookOf(job, config, around)) }
}

/** The jobs that have a schedule. Throws InputError if there are none. */
export function scheduledJobs({ jobs }: Config): JobConfig[] {
  const scheduled = Object.values(jobs).filter(({ schedule }) => schedule !== undefined)
  if (scheduled.length > 0) return scheduled
  const allowed = "at least one with `schedule`, such as { beforeReset: '12h' }"
  throw new InputError('NOTHING_SCHEDULED', [{ path: 'jobs', found: 'no job that has a schedule', allowed }])
}

/** The balance is needed if it contains the reset, for `auto` starts (how much is to be spent), and for calculated reserves. */
function asksAccount({ vendor }: Config, jobs: readonly JobConfig[]): boolean {
  const { balance, cycle } = vendor.credits
  if (balance === undefined) return false
  return (
    cycle.resetsAt !== undefined ||
    jobs.some(({ schedule }) => schedule?.kind === 'before-reset' && schedule.beforeResetMs === 'auto') ||
    jobs.some(({ reserve }) => typeof reserve !== 'number')
  )
}

/** The balance, which costs no credit. Throws BalanceUnreadableError if the reset is only known from it. */
export async function readAccount(config: Config, log: Log, now: () => number): Promise<AccountReading> {
  // What it takes to talk HTTP is a quarter of a short command's start, and most of them ask no vendor.
  const { clientFor } = await import('../compose/client-for.ts')
  const client = clientFor(config, log, 1)
  try {
    const at = now()
    const reading = await readBalance(client, rulesOf(config), now)
    if (reading.kind === 'balance') return { at, balance: reading.balance, resetsAt: reading.resetsAt }
    if (config.vendor.credits.cycle.resetsAt !== undefined) {
      throw new BalanceUnreadableError(
        `the vendor's balance cannot be read (${reading.reason}), and only it says when credits are reset; nothing was spent`,
      )
    }
    log.warn({ reason: reading.reason }, 'the balance cannot be read')
    return { at, balance: null, resetsAt: null }
  } finally {
    client.close()
  }
}

/** The billing cycle, and when credits come back that the vendor says are gone (null: they are there, or nobody knows). */
export async function readCycle(
  { client }: Connection,
  config: Config,
  at: number,
  account: AccountReading | null,
): Promise<{ readonly cycle: BillingCycle; readonly backAt: number | null }> {
  const { name } = config.vendor
  const backAt = await creditsBackAt(client, name, at)
  const resetsAt = account?.resetsAt ?? backAt ?? (await latestReset(client, name))
  return { cycle: cycleNow(config, at, resetsAt), backAt }
}

/** `resetAt`: the latest that the vendor has told. */
function cycleNow({ vendor }: Config, at: number, resetAt: number | null): BillingCycle {
  const { cycle } = vendor.credits
  if (resetAt !== null && resetAt > at) return cycleUntil(resetAt, cycle)
  return resetAt === null || cycle.resetsAt === undefined ? cycleAt(at, cycle) : cycleFrom(resetAt, cycle, at)
}

type Around = Omit<Outlook, 'jobs'> & { readonly past: Past; readonly backAt: number | null }

export function outlookOf(job: JobConfig, config: Config, around: Around): JobOutlook {
  const { at, cycle, account, past, backAt } = around
  const runs = past.runs.get(job.name) ?? []
  const balance = account?.balance ?? past.known
  const reserve = reserveOf(job.reserve, job, config, { at, cycle, balance, history: past.history })
  const free = balance === null ? null : most(minus(balance, reserve.credits, past.held), NO_CREDITS)
  const spendable = job.budget === 'remaining' ? free : least(job.budget, free ?? job.budget)
  const { stopAt } = deadlineAt(cycle.endAt, job.stopBeforeResetMs, settlesWithinMs(rulesOf(config)))
  const experience = experienceOf(runs)
  const decided = decide({
    now: at,
    cycle,
    schedule: termsOf(job, { ...workOf(job, config, spendable), experience }),
    stopBeforeMs: cycle.endAt - stopAt,
    runs,
    busy: past.busy,
    ...(spendsAgain(job) ? { room: { reserve: reserve.credits, spendable } } : {}),
  })
  const decision = backAt === null || (account?.balance ?? NO_CREDITS) > 0 ? decided : awaiting(backAt, decided)
  // Runs started by hand do not count as a turn of the job's schedule, nor do interrupted ones.
  const turns = runs.filter(({ slot, stopReason }) => slot !== null && stopReason !== 'interrupted')
  const ended = turns.flatMap(({ endedAt }) => endedAt ?? [])
  const ranUntil = ended.length === 0 ? null : Math.max(...ended)
  const { name, priority } = job
  return { job: name, decision, priority, ranUntil, reserve, balance, free, spendable, stopAt, experience }
}

/** Whether another run may spend what others let go of, or what was added; a job of a cron expression has its next turn. */
function spendsAgain({ budget, reserve, schedule }: JobConfig): boolean {
  if (budget !== 'remaining') return false
  return typeof reserve === 'number' ? schedule?.kind === 'before-reset' : reserve.kind === 'auto'
}

/** While nothing is there to be spent, no run is started. A balance that the vendor reports since then counts more. */
function awaiting(backAt: number, decided: Decision): Decision {
  if (decided.kind !== 'start') return decided
  const why = `no credits are left, and the vendor says that they come back on ${iso(backAt)}`
  return { kind: 'wait', because: 'done', until: backAt, why }
}

function termsOf({ schedule }: JobConfig, work: Work): ScheduleTerms {
  if (schedule?.kind === 'cron') {
    const parsed = parseCron(schedule.cron)
    if ('problem' in parsed) throw new Error(`a cron expression that the config has passed: ${parsed.problem}`)
    return { kind: 'cron', cron: parsed.cron, timeZone: schedule.timeZone }
  }
  const before = schedule?.beforeResetMs ?? 'auto'
  return before === 'auto'
    ? { kind: 'auto', neededMs: autoLeadMs(work) }
    : { kind: 'before-reset', beforeResetMs: before }
}

export function workOf(job: JobConfig, { vendor }: Config, credits: Credits | null): Omit<Work, 'experience'> {
  const { cost } = vendor.credits
  const perCall = vendor.bulk?.maxRecords ?? 1
  return { credits, records: job.limit ?? null, cost, perCall, ceilings: vendor.limits }
}
