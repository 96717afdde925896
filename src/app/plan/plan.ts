import type { Config, JobConfig } from '../../config/config.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import { LEAST_LOOKS } from '../../domain/gain/estimate.ts'
import { judge } from '../../domain/judgement/judge.ts'
import type { Judgement } from '../../domain/judgement/judgement.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { RecordGain } from '../../schedule/gain-plan.ts'
import type { AccountForecast, Plan } from '../../schedule/plan.ts'
import { parseKeys } from '../../store/user-table/where/parse-keys.ts'
import { SILENT } from '../compose/app.ts'
import { chooseJob } from '../compose/job-choice.ts'
import { type ConnectedApp, withApp } from '../compose/with-app.ts'
import { forecastOver } from './account-forecast.ts'
import { gainPlan, recordGain } from './gain-plan.ts'
import type { JudgedPlan } from './judged.ts'
import { historyOf, shownIn } from './judgement.ts'
import { readAccount, scheduledJobs } from './outlook.ts'
import { planOf, type Reading } from './plan-job.ts'
import { standingOf } from './standing.ts'

/** The forecast of an account, and what comes of it. */
export type JudgedForecast = AccountForecast & { readonly judgement: Judgement }

/** The forecast. It asks the vendor for nothing but the balance. Throws InputError, and BalanceUnreadableError. */
export function plan(
  config: Config,
  jobName: string | undefined,
  log: Log = SILENT,
  now = Date.now,
): Promise<JudgedPlan> {
  return withApp(config, log, async (app) => {
    const job = jobToPlan(jobName, config)
    const reading = accountOf(config, log, now)
    const planned = await planOf(app, job, reading, now)
    const { judgement } = await judgedOver(app, await reading, Date.parse(planned.at), [planned])
    const gain = await gainPlan(app, job, planned, now())
    return { ...planned, ...(gain === null ? {} : { gain }), judgement: shownIn(config, judgement) }
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

/** Forecasts what the account leaves unused; asks for the balance alone. Throws as `plan` and `scheduledJobs` do. */
export function forecastAccount(config: Config, log: Log, now = Date.now): Promise<JudgedForecast> {
  scheduledJobs(config)
  return withApp(config, log, async (app) => {
    const at = now()
    const { forecast, judgement } = await judgedOver(app, await accountOf(config, log, () => at), at)
    if (forecast === null) throw new Error('a config with scheduled jobs has a forecast')
    return { ...forecast, judgement }
  })
}

/** How the account stands, what its scheduled jobs leave of it (null: there are none), and the judgement. */
export async function judgedOver(
  { connection, config }: ConnectedApp,
  reading: Awaited<Reading>,
  at: number,
  known: readonly Plan[] = [],
) {
  const standing = await standingOf(connection, config, at, reading)
  const forecast =
    standing.scheduled.length === 0 ? null : await forecastOver(connection, config, standing.account, known)
  const history = forecast === null ? ({ kind: 'counting' } as const) : historyOf(forecast)
  return { standing, forecast, judgement: judge({ ...standing.situation, forecast: history }) }
}

/** What the vendor reports of the balance; null: it reports none. Throws BalanceUnreadableError. */
export function accountOf(config: Config, log: Log, now: () => number): Reading {
  return config.vendor.credits.balance === undefined ? Promise.resolve(null) : readAccount(config, log, now)
}
