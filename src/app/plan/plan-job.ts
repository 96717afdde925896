import type { JobConfig } from '../../config/config.ts'
import { type CostTerms, mostOfAll } from '../../domain/credits/cost.ts'
import { type Credits, toDecimal } from '../../domain/credits/credits.ts'
import { AGE_DAYS } from '../../domain/run/changes.ts'
import { iso } from '../../domain/time/iso.ts'
import { youngAfter } from '../../refresh/select/select-items.ts'
import type { Decision } from '../../schedule/decide.ts'
import { type Range, rangeBy } from '../../schedule/experience.ts'
import { type Around, changeFor, type Forecast, forecast } from '../../schedule/forecast.ts'
import type { Plan } from '../../schedule/plan.ts'
import { expectedMs, neededMs } from '../../schedule/time-needed.ts'
import { countAges } from '../../store/runs/ages.ts'
import { conditionOf } from '../compose/check-table.ts'
import type { ConnectedApp } from '../compose/with-app.ts'
import { type AccountReading, outlookOf, readCycle, workOf } from './outlook.ts'
import { readPast } from './past.ts'

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

export type Reading = Promise<AccountReading | null>

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
  const { cycle, backAt } = await readCycle(connection, config, at, account)
  const past = await readPast(connection, config, [job], cycle, at)
  const outlook = outlookOf(job, config, { at, cycle, account, past, backAt })
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

/** What records that have not changed save, by past runs; null: the vendor charges them too, or no run has shown it. */
function unchangedOf(use: Range, per: CostTerms['per'], savedPerCredit: number | undefined): Range | null {
  if (per !== 'change' || savedPerCredit === undefined) return null
  return inCredits(rangeBy((credits) => Math.round((credits ?? 0) * savedPerCredit), use))
}
