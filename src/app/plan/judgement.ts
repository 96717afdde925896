import type { Config } from '../../config/config.ts'
import { cycleAt } from '../../domain/cycle/billing-cycle.ts'
import { messageOf, SpenddownError } from '../../domain/errors/errors.ts'
import { judge, unreachable } from '../../domain/judgement/judge.ts'
import type { Judgement } from '../../domain/judgement/judgement.ts'
import { type ShownJudgement, shownJudgement } from '../../domain/judgement/judgement-words.ts'
import type { ForecastNow } from '../../domain/judgement/situation.ts'
import { redactor } from '../../observability/logger.ts'
import type { AccountForecast } from '../../schedule/plan.ts'
import type { Connection } from '../../store/client.ts'
import { readDatabase } from '../compose/with-database.ts'
import { runStatus, type Scope } from '../past/past-runs.ts'
import { forecastOver } from './account-forecast.ts'
import type { AccountStatus } from './judged.ts'
import { type Standing, standingOf } from './standing.ts'

/**
 * The judgement on the account as the database has it: nothing is asked of the vendor. Changes nothing. `forecast`: one
 * that need not be made again.
 */
export async function judgeAccount(config: Config, now = Date.now(), forecast?: ForecastNow): Promise<Judgement> {
  try {
    const judged = (connection: Connection) => judgeOver(connection, config, now, forecast)
    return await readDatabase(config.database, judged, () => judgeNothing(config, now))
  } catch (error) {
    if (!(error instanceof SpenddownError)) throw error
    return unreachable(now, cycleAt(now, config.vendor.credits.cycle).endAt, redactor(config.secrets)(messageOf(error)))
  }
}

/** Where a run stands, and how the account does. Throws as `runStatus` does. */
export async function accountStatus(config: Config, scope: Scope, id: string | null): Promise<AccountStatus> {
  const summary = await runStatus(scope, id)
  return { ...summary, judgement: shownIn(config, await judgeAccount(config)) }
}

/** The same over an open connection. */
export async function judgeOver(connection: Connection, config: Config, at: number, forecast?: ForecastNow) {
  const standing = await standingOf(connection, config, at)
  return judge({ ...standing.situation, forecast: forecast ?? (await forecastFor(connection, config, standing)) })
}

/** What a run at work is judged by beside itself: what other runs' unknown calls hold, and what other jobs will spend. */
export function aroundRun(config: Config, now = Date.now()) {
  const read = async (connection: Connection) => {
    const standing = await standingOf(connection, config, now)
    const own = standing.situation.run?.summary.credits.unknown ?? 0
    const forecast = await forecastFor(connection, config, standing)
    const { held, jobs, scheduler } = standing.situation
    const resumes = scheduler.isAlive && jobs.some(({ job }) => job === standing.run?.job)
    const isWhole = standing.situation.run?.isWhole ?? true
    return { heldElsewhere: Math.max(0, held - own), resumes, isWhole, isKept: scheduler.isAlive, forecast }
  }
  return readDatabase(config.database, read, () => ({
    heldElsewhere: 0,
    resumes: false,
    isWhole: true,
    isKept: false,
    forecast: NOT_MADE,
  }))
}

/** Where spenddown's tables are missing. */
export function judgeNothing(config: Config, now: number): Judgement {
  const nothing = { balance: null, reserve: 0, held: 0, rollover: 0, run: null, failed: null, jobs: [], lapsed: null }
  const scheduler = { isAlive: false, seenAt: null }
  const { endAt: resetAt } = cycleAt(now, config.vendor.credits.cycle)
  return judge({ ...nothing, now, resetAt, scheduler, forecast: { kind: 'none', why: 'nothing has run yet' } })
}

export function shownIn({ vendor, account }: Config, judgement: Judgement): ShownJudgement {
  const { command } = judgement
  // Of several accounts the command says which; `schedule` is for all of them.
  const named = command === null || account === undefined || command === 'spenddown schedule'
  const shown = named ? judgement : { ...judgement, command: `${command} --account ${inShell(account)}` }
  return shownJudgement(shown, vendor.credits.cycle.timeZone)
}

/** A name as a shell takes it for one word. */
function inShell(name: string): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`
}

/** Counting takes a while on a large table: it is left out where a run at work alone decides. */
async function forecastFor(
  connection: Connection,
  config: Config,
  { account, run, scheduled, situation }: Standing,
): Promise<ForecastNow> {
  const alone = scheduled.every(({ job }) => job === run?.job) && situation.run?.isWhole === true
  if (scheduled.length === 0 || (situation.run?.atWork === true && alone)) return NOT_MADE
  try {
    return historyOf(await forecastOver(connection, config, account))
  } catch (error) {
    return { kind: 'none', why: redactor(config.secrets)(messageOf(error)) }
  }
}

const NOT_MADE: ForecastNow = { kind: 'counting' }

/** A forecast as it is judged by. */
export function historyOf({ unused, plans }: AccountForecast): ForecastNow {
  if (unused === null) return { kind: 'none', why: 'it is not known what there is to spend' }
  const { spendable, expiring, because } = unused
  const at = (text: string | null) => (text === null ? null : Date.parse(text))
  return {
    kind: 'made',
    forecast: {
      spendable,
      expiring,
      because,
      plans: plans.map(({ job, credits, time, cycle }) => ({
        job,
        use: credits.expectedUse?.typical ?? 0,
        startsAt: at(time.startsAt),
        latestSafeStart: at(time.latestSafeStart),
        stopAt: Date.parse(cycle.stopAt),
      })),
    },
  }
}
