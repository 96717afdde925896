import type { Config } from '../../config/config.ts'
import { type Credits, parseCredits, toDecimal } from '../../domain/credits/credits.ts'
import { atReset } from '../../domain/credits/rollover.ts'
import { accountForecast } from '../../schedule/forecast.ts'
import type { AccountForecast, Plan } from '../../schedule/plan.ts'
import type { Connection } from '../../store/client.ts'
import { checkTable } from '../compose/check-table.ts'
import { describeOver } from '../compose/with-database.ts'
import type { AccountReading } from './outlook.ts'
import { planOf } from './plan-job.ts'

/** The forecast of all scheduled jobs over an open connection; `account`: by which reading. */
export async function forecastOver(
  connection: Connection,
  config: Config,
  account: AccountReading,
  /** Plans by the same reading that need not be made again. */
  known: readonly Plan[] = [],
): Promise<AccountForecast> {
  const over = { config, connection, table: await checkTable(config, describeOver(connection)) }
  const planned: Plan[] = []
  for (const job of Object.values(config.jobs).filter(({ schedule }) => schedule !== undefined)) {
    const made = known.find((plan) => plan.job === job.name)
    planned.push(made ?? (await planOf(over, job, Promise.resolve(account), () => account.at)))
  }
  return forecastFrom(config, planned, account.at)
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
