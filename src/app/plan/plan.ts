import type { Config, JobConfig } from '../../config/config.ts'
import { type CostTerms, mostOfAll } from '../../domain/credits/cost.ts'
import { type Credits, parseCredits, toDecimal } from '../../domain/credits/credits.ts'
import { atReset } from '../../domain/credits/rollover.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import { LEAST_LOOKS } from '../../domain/gain/estimate.ts'
import { AGE_DAYS } from '../../domain/run/changes.ts'
import { iso } from '../../domain/time/iso.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { youngAfter } from '../../refresh/select/select-items.ts'
import type { Decision } from '../../schedule/decide.ts'
import { type Range, rangeBy } from '../../schedule/experience.ts'
import { type Around, accountForecast, changeFor, type Forecast, forecast } from '../../schedule/forecast.ts'
import type { RecordGain } from '../../schedule/gain-plan.ts'
import type { AccountForecast, Plan } from '../../schedule/plan.ts'
import { expectedMs, neededMs } from '../../schedule/time-needed.ts'
import { countAges } from '../../store/runs/ages.ts'
import { parseKeys } from '../../store/user-table/where/parse-keys.ts'
import { SILENT } from '../compose/app.ts'
import { conditionOf } from '../compose/check-table.ts'
import { type ConnectedApp, withApp } from '../compose/with-app.ts'
import { chooseJob } from '../run/run-request.ts'
import { gainPlan, recordGain } from './gain-plan.ts'
import { type AccountReading, cycleNow, outlookOf, readAccount, scheduledJobs, workOf } from './outlook.ts'
import { readPast } from './past.ts'

/** The forecast. It asks the vendor for nothing but the balance. Throws InputError, and BalanceUnreadableError. */
export function plan(config: Config, jobName: string | undefined, log: Log = SILENT, now = Date.now): Promise<Plan> {
  return withApp(config, log, async (app) => {
    const job = jobToPlan(jobName, config)
    const planned = await planOf(app, job, accountOf(config, log, now), now)
    const gain = await gainPlan(app, job, planned, now())
    return gain === null ? planned : { ...planned, gain }
  })
}

/** Why a record is where it is in a job's order by gain. Asks the vendor for nothing. Throws InputError. */
export function planRecord(config: Config, jobName: string | undefined, key: string, log: Log = SILENT) {
  return withApp(config, log, async (app): Promise<RecordGain> => {
    const job = jobToPlan(jobName, config)
    const parsed = parseKeys([key], app.table, '--record')
    if ('problems' in parsed) throw new InputError('PLAN_INVALID', parsed.problems)
    const [only] = parsed.keys
    const path = `jobs["${job.name}"].orderBy`
    if (only === undefined) throw invalid({ path: '--record', found: 'nothing', allowed: "a record's key" })
    if (job.gain === undefined)
      throw invalid({ path, found: 'an order by columns', allowed: "'gain', where a record is to be explained" })
    const explained = await recordGain(app, job, only, Date.now())
    if (explained === null)
      throw invalid({ path, found: 'too few looks at records so far', allowed: `${LEAST_LOOKS} looks, from refreshes` })
    return explained
  })
}

function jobToPlan(jobName: string | undefined, config: Config): JobConfig {
  const problems: Problem[] = []
  const job = chooseJob({ job: jobName }, config, problems)
  if (problems.length > 0) throw new InputError('PLAN_INVALID', problems)
  return job
}

function invalid(problem: Problem): InputError {
  return new InputError('PLAN_INVALID', [problem])
}

/** The forecasts of several jobs at the same instant, with a single balance request. */
export function plans(config: Config, jobs: readonly JobConfig[], log: Log, at: number): Promise<Plan[]> {
  return withApp(config, log, async (app) => {
    const account = accountOf(config, log, () => at)
    // It is awaited per job below; this only prevents an unhandled rejection until then.
    account.catch(() => {})
    const planned: Plan[] = []
    for (const job of jobs) planned.push(await planOf(app, job, account, () => at))
    return planned
  })
}

/** Forecasts what the account leaves unused; asks for the balance alone. Throws as `plan` and `scheduledJobs` do. */
export async function forecastAccount(config: Config, log: Log, now = Date.now): Promise<AccountForecast> {
  const madeAt = now()
  return forecastFrom(config, await plans(config, scheduledJobs(config), log, madeAt), madeAt)
}

/** `planned`: the plans of all scheduled jobs, at least one. */
export function forecastFrom(config: Config, planned: readonly Plan[], madeAt: number): AccountForecast {
  const [first] = planned as [Plan]
  return {
    vendor: config.vendor.name,
    madeAt,
    resetAt: Date.parse(first.cycle.endAt),
    balance: first.credits.balance,
    plans: planned,
    unused: unusedTogether(planned, config.vendor.credits.cycle.rollover ?? 0),
  }
}

/** What records that have not changed save, by past runs; null: the vendor charges them too, or no run has shown it. */
function unchangedOf(use: Range, per: CostTerms['per'], savedPerCredit: number | undefined): Range | null {
  if (per !== 'change' || savedPerCredit === undefined) return null
  return inCredits(rangeBy((credits) => Math.round((credits ?? 0) * savedPerCredit), use))
}

function unusedTogether(planned: readonly Plan[], rollover: number): AccountForecast['unused'] {
  const known = planned.flatMap(({ credits: { expectedUse }, unused }) =>
    expectedUse === null || unused.credits === null
      ? []
      : [{ use: expectedUse, unused: unused.credits, because: unused.because }],
  )
  const all = accountForecast(known)
  if (all === null || known.length < planned.length) return null
  const { unused, nearest } = all
  const { expired } = atReset((parseCredits(unused.typical) ?? 0) as Credits, rollover)
  return {
    // Of one job's forecast: used and unused credits add up to what is spendable.
    spendable: nearest.unused.typical + nearest.use.typical,
    credits: unused,
    expiring: toDecimal(expired),
    because: unused.typical === 0 ? [] : nearest.because,
  }
}

function accountOf(config: Config, log: Log, now: () => number): Reading {
  return config.vendor.credits.balance === undefined ? Promise.resolve(null) : readAccount(config, log, now)
}

export type PlanOver = Pick<ConnectedApp, 'config' | 'table' | 'connection'>

/** The forecast of one job by an account reading. Changes nothing. */
export async function planOf(app: PlanOver, job: JobConfig, reading: Reading, now: () => number): Promise<Plan> {
  const { config } = app
  const { at, ages, cycle, held, decision, outlook } = await look(app, job, reading, now)
  const { reserve, balance, free, spendable, stopAt, experience } = outlook
  const records = Math.min(ages.eligible, job.limit ?? ages.eligible)
  const { eligible, coolingDown, shared } = ages
  const alone = eligible === 0 ? 1 : (eligible - shared) / eligible
  const work = { ...workOf(job, config, spendable), records, experience, alone }
  const startsAt = startOf(decision, at, cycle.endAt)
  const rollover = config.vendor.credits.cycle.rollover ?? 0
  const { budget, limit = null } = job
  const outcome = forecast({ now: at, stopAt, startsAt, eligible, limit, free, budget, rollover, work })
  const latest = neededMs(work) === 0 ? null : iso(Math.max(stopAt - neededMs(work), cycle.startAt))
  const expectedUse = outcome && inCredits(outcome.use)
  return {
    plan: true,
    job: job.name,
    vendor: config.vendor.name,
    at: iso(at),
    cycle: { startAt: iso(cycle.startAt), endAt: iso(cycle.endAt), stopAt: iso(stopAt) },
    records: { eligible, coolingDown, shared, new: ages.never, ages: histogram(ages.byAge) },
    credits: {
      balance: decimal(balance),
      reserve: toDecimal(reserve.credits),
      reserveHow: reserve.how,
      unknown: toDecimal(held),
      spendable: decimal(spendable),
      expectedUse,
      saved: toDecimal(mostOfAll(work.cost, shared, work.perCall)),
      unchanged: outcome && unchangedOf(outcome.use, work.cost.per, experience.savedPerCredit),
    },
    time: {
      runs: experience.runs,
      steady: job.pace === 'steady',
      pace: experience.pace,
      takesMs: expectedMs(work),
      latestSafeStart: latest,
      startsAt: startsAt === null ? null : iso(startsAt),
      why: decision?.why ?? `it has no schedule: \`spenddown run ${job.name}\` starts it`,
    },
    unused: unusedOf(outcome, { coolingDown, minAgeMs: config.records.minAgeMs, latest, why: decision?.why }),
  }
}

type Reading = Promise<AccountReading | null>

async function look({ config, table, connection }: PlanOver, job: JobConfig, reading: Reading, now: () => number) {
  const at = now()
  const request = {
    vendor: config.vendor.name,
    condition: conditionOf(job, config, table),
    youngAfter: youngAfter(config.records, at),
    now: at,
    days: AGE_DAYS,
    dedupeBy: config.records.dedupeBy,
  }
  const [account, ages] = await Promise.all([reading, countAges(connection.client, table, request)])
  const cycle = cycleNow(config, at, account)
  const past = await readPast(connection, config, [job], cycle, at)
  const outlook = outlookOf(job, config, { at, cycle, account, past })
  return { at, ages, cycle, held: past.held, outlook, decision: job.schedule && outlook.decision }
}

function unusedOf(outcome: Forecast | null, around: Around): Plan['unused'] {
  if (outcome === null) return { credits: null, expired: null, because: [] }
  const because = outcome.causes.map(({ cause, credits }) => ({
    cause,
    credits: toDecimal(credits),
    change: changeFor(cause, around),
  }))
  return { credits: inCredits(outcome.unused), expired: inCredits(outcome.expired), because }
}

/** When a run of the job will start (now if one is running); null: not in this cycle by its schedule. */
function startOf(decision: Decision | undefined, now: number, resetAt: number): number | null {
  if (decision === undefined) return null
  if (decision.kind !== 'wait' || decision.because === 'busy') return now
  // A cron expression may be due again in the same cycle; the other schedules have one run per cycle.
  const waits = decision.because === 'not-due' || decision.because === 'done'
  if (!waits || decision.until === null) return null
  return decision.until < resetAt ? decision.until : null
}

function histogram(byAge: readonly number[] | null): Plan['records']['ages'] {
  return (byAge ?? []).map((records, at) => ({
    fromDays: AGE_DAYS[at - 1] ?? 0,
    toDays: AGE_DAYS[at] ?? null,
    records,
  }))
}

function inCredits({ least, typical, most }: Range): Range {
  const decimal = (amount: number) => toDecimal(amount as Credits)
  return { least: decimal(least), typical: decimal(typical), most: decimal(most) }
}

function decimal(amount: Credits | null): number | null {
  return amount === null ? null : toDecimal(amount)
}
