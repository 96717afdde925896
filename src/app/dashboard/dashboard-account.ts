import type { Config } from '../../config/config.ts'
import type { AccountView, Glance, RunsView, RunView } from '../../dashboard/ports.ts'
import { toDecimal } from '../../domain/credits/credits.ts'
import { cycleAt } from '../../domain/cycle/billing-cycle.ts'
import { judge } from '../../domain/judgement/judge.ts'
import type { Run, RunSummary } from '../../domain/run/run.ts'
import type { AccountForecast } from '../../schedule/plan.ts'
import type { Connection } from '../../store/client.ts'
import { historyOf, judgeNothing } from '../plan/judgement.ts'
import { type Standing, standingOf } from '../plan/standing.ts'
import type { KeptForecast } from './dashboard-forecast.ts'
import { monthOf } from './dashboard-month.ts'

const RUNS_ON_ACCOUNT_PAGE = 6

interface PagesParts {
  readonly now: () => number
  readonly forecast: KeptForecast
  readonly counted: (work: (connection: Connection) => Promise<AccountForecast>) => Promise<AccountForecast>
  readonly runsOf: (connection: Connection, config: Config, at: number, limit: number) => Promise<RunsView>
  readonly viewOf: (run: Run, connection: Connection, config: Config, at: number) => Promise<RunView>
}

/** The account as its page shows it, and the part of it that changes from second to second. */
export function accountPages(config: Config, { now, forecast, counted, runsOf, viewOf }: PagesParts) {
  const scheduled = Object.values(config.jobs).filter(({ schedule }) => schedule !== undefined)
  const seen = async (connection: Connection, most: number) => {
    const standing = await standingOf(connection, config, now())
    const { runs: latest } = await runsOf(connection, config, standing.at, most)
    const open = standing.run === null ? null : await viewOf(standing.run, connection, config, standing.at)
    const sign = `${signOf(latest)} ${standing.cycle.endAt}`
    const made = forecast.view(counted, { jobs: scheduled, account: standing.account, sign })
    const history = made.kind === 'made' ? historyOf(made.forecast) : made
    const judgement = judge({ ...standing.situation, forecast: history })
    return { standing, latest, open, sign: `${sign} ${forecast.stamp}`, forecast: made, judgement }
  }
  return {
    account: async (connection: Connection): Promise<AccountView> => {
      const { standing, ...shown } = await seen(connection, RUNS_ON_ACCOUNT_PAGE)
      const { at, cycle, situation } = standing
      const month = await monthOf(connection, config, cycle, { at, balance: situation.balance })
      return { ...accountView(standing, config), ...shown, month, reportedAt: await reportedAt(connection, config) }
    },
    glance: async (connection: Connection): Promise<Glance> => {
      const { open, sign, judgement } = await seen(connection, 1)
      return { open, sign, judgement }
    },
  }
}

export function emptyAccount(config: Config, at: number): AccountView {
  const cycle = cycleAt(at, config.vendor.credits.cycle)
  const none = { balance: null, reserve: 0, reportedAt: null, held: 0, unknown: 0, jobs: [], latest: [], sign: '' }
  const judgement = judgeNothing(config, at)
  const forecast = { kind: 'none', why: 'nothing has run yet' } as const
  const month = { readings: [], runs: [], spentByUs: null, spentByOthers: null, bought: null }
  return { ...none, at, cycle, schedulerSeenAt: null, schedulerIsAlive: false, open: null, judgement, forecast, month }
}

function accountView(standing: Standing, config: Config) {
  const { at, cycle, past, outlooks, chosen, unknown, situation } = standing
  return {
    at,
    cycle,
    balance: situation.balance,
    reserve: situation.reserve,
    schedulerSeenAt: situation.scheduler.seenAt,
    schedulerIsAlive: situation.scheduler.isAlive,
    held: toDecimal(past.held),
    unknown,
    jobs: outlooks.map((outlook) => ({
      job: outlook.job,
      reserve: toDecimal(outlook.reserve.credits),
      reserveHow: outlook.reserve.how,
      decision: config.jobs[outlook.job]?.schedule === undefined ? null : outlook.decision,
      chosen: outlook === chosen,
    })),
  }
}

async function reportedAt({ client }: Connection, { vendor }: Config): Promise<number | null> {
  const row = await client.account.findUnique({ where: { vendor: vendor.name }, select: { reportedAt: true } })
  return row?.reportedAt == null ? null : Number(row.reportedAt)
}

/** Changes when something has run: then the page and the forecast are outdated; so they are after a reset. */
function signOf([latest]: readonly RunSummary[]): string {
  return latest === undefined ? '' : `${latest.runId} ${latest.status} ${latest.endedAt}`
}
