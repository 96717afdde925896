import type { Config } from '../../config/config.ts'
import type { AccountView } from '../../dashboard/ports.ts'
import { type Credits, plus, toDecimal } from '../../domain/credits/credits.ts'
import { unknownCredits } from '../../domain/run/run.ts'
import { choose } from '../../schedule/choose.ts'
import type { Connection } from '../../store/client.ts'
import { latestReset } from '../../store/ledger/account-history.ts'
import { type AccountReading, cycleNow, outlookOf } from '../plan/outlook.ts'
import { readPast } from '../plan/past.ts'

export type Standing = Omit<AccountView, 'open' | 'latest' | 'forecast' | 'sign'> & { readonly account: AccountReading }

/** How the account stands, and what the schedule would do about each job: from the database alone. */
export async function standingOf(connection: Connection, config: Config, at: number): Promise<Standing> {
  const { client } = connection
  const { name } = config.vendor
  const resetsAt = await latestReset(client, name)
  // The balance is in `past`: what our books make of the last one that the vendor reported.
  const account = { at, balance: null, resetsAt: resetsAt !== null && resetsAt > at ? resetsAt : null }
  const cycle = cycleNow(config, at, account)
  const jobs = Object.values(config.jobs)
  const past = await readPast(connection, config, jobs, cycle, at)
  const looked = jobs.map((job) => ({ job, outlook: outlookOf(job, config, { at, cycle, account, past }) }))
  const scheduled = looked.filter(({ job }) => job.schedule !== undefined).map(({ outlook }) => outlook)
  const chosen = scheduled.length === 0 ? null : choose(scheduled)
  const [row, unknown] = await Promise.all([
    client.account.findUnique({ where: { vendor: name }, select: { reportedAt: true } }),
    unknownOf(connection, name, past.busy !== null),
  ])
  return {
    at,
    cycle,
    account,
    balance: past.known === null ? null : toDecimal(past.known),
    reportedAt: row?.reportedAt == null ? null : Number(row.reportedAt),
    held: toDecimal(past.held),
    unknown,
    jobs: looked.map(({ job, outlook }) => ({
      job: job.name,
      reserve: toDecimal(outlook.reserve.credits),
      reserveHow: outlook.reserve.how,
      decision: job.schedule === undefined ? null : outlook.decision,
      chosen: outlook === chosen,
    })),
  }
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
