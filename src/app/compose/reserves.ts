import type { Config, JobConfig } from '../../config/config.ts'
import { type Credits, NO_CREDITS } from '../../domain/credits/credits.ts'
import {
  type AutoReserve,
  creditWords,
  type LargestReserve,
  percentWords,
  type Reserve,
  type Reserved,
  type ShareReserve,
  shareOf,
} from '../../domain/credits/reserve.ts'
import type { BillingCycle } from '../../domain/cycle/billing-cycle.ts'
import type { WorkOutReserve } from '../../refresh/ports/reserves.ts'
import { autoReserve, forFirstRun } from '../../schedule/reserve/auto-reserve.ts'
import type { Connection } from '../../store/client.ts'
import { asDatabaseError } from '../../store/database-error.ts'
import { type Reading, type RunUse, readingsSince, usesSince } from '../../store/ledger/account-history.ts'

/** What the database knows about others' spending. */
export interface AccountHistory {
  readonly uses: readonly RunUse[]
  /** Oldest first. */
  readonly readings: readonly Reading[]
}

export const NO_HISTORY: AccountHistory = { uses: [], readings: [] }

const CYCLES_BACK = 3

/** Reads the history that the given reserves depend on; empty if all of them are numbers. */
export async function accountHistory(
  { client }: Pick<Connection, 'client'>,
  config: Config,
  cycle: BillingCycle,
  terms: readonly Reserve[] = Object.values(config.jobs).map(({ reserve }) => reserve),
): Promise<AccountHistory> {
  const kinds = new Set(terms.map((reserve) => (typeof reserve === 'number' ? 'credits' : reserve.kind)))
  if (!kinds.has('auto') && !kinds.has('share')) return NO_HISTORY
  const { name } = config.vendor
  const since = cycle.endAt - (CYCLES_BACK + 1) * (cycle.endAt - cycle.startAt)
  const jobs = Object.keys(config.jobs)
  return {
    uses: kinds.has('auto') ? await usesSince(client, name, jobs, since) : [],
    readings: await readingsSince(client, name, since),
  }
}

interface Known {
  readonly at: number
  readonly cycle: BillingCycle
  readonly balance: Credits | null
  readonly history: AccountHistory
}

/** What a job keeps for others by its place among them, and by whether it has a turn left when they have had theirs. */
type Keeper = Pick<JobConfig, 'priority'> & Partial<Pick<JobConfig, 'schedule'>>

export function reserveOf(terms: Reserve, job: Keeper, config: Config, known: Known): Reserved {
  if (typeof terms === 'number') return { credits: terms, how: `${creditWords(terms)} credits, as configured` }
  return terms.kind === 'share' ? ofShare(terms, config, known) : ofOthers(terms, job, config, known)
}

function ofOthers(terms: AutoReserve, job: Keeper, config: Config, { at, cycle, history }: Known): Reserved {
  // Those for which it keeps credits.
  const jobs = Object.values(config.jobs).flatMap(({ name, priority }) => (priority > job.priority ? [name] : []))
  if (jobs.length === 0) return { credits: terms.atLeast, how: 'auto: no job has a higher priority any more' }
  const uses = history.uses.filter((use) => jobs.includes(use.job))
  const { timeZone } = config.vendor.credits.cycle
  const isEarly = job.schedule?.kind === 'before-reset' && job.schedule.beforeResetMs === 'auto'
  const confident = isEarly ? forFirstRun(terms, cycle.endAt - at) : terms
  return autoReserve(confident, { jobs, uses, readings: history.readings, now: at, resetAt: cycle.endAt, timeZone })
}

/** A share of the allotment, or else of the cycle's first balance, or else of the current balance. */
function ofShare(terms: ShareReserve, { vendor }: Config, { cycle, balance, history }: Known): Reserved {
  const { allotment } = vendor.credits
  const share = percentWords(terms.share)
  const of = (base: Credits, name: string) => {
    const credits = shareOf(terms, base)
    return { credits, how: `${creditWords(credits)} credits: ${share} of ${name} (${creditWords(base)})` }
  }
  if (allotment !== undefined) return of(allotment, 'the allotment')
  const first = history.readings.find(({ at }) => at >= cycle.startAt && at < cycle.endAt)
  if (first !== undefined) {
    return of(first.balance, `the first balance of this billing cycle, at ${new Date(first.at).toISOString()}`)
  }
  return balance === null
    ? { credits: NO_CREDITS, how: `${share} of the balance, once that is known` }
    : of(balance, 'the balance')
}

/** Calculates reserves for runs that begin or resume, from the history in the database. */
export function reserveWorker(config: Config, connected: () => Promise<Connection>): WorkOutReserve {
  return async (terms, { job, ...known }) => {
    const found = config.jobs[job]
    if (found === undefined && typeof terms !== 'number' && terms.kind === 'auto') return null
    try {
      const connection = await connected()
      if (typeof terms !== 'number' && terms.kind === 'largest')
        return largest(terms, config, { ...known, history: await accountHistory(connection, config, known.cycle) })
      const history = await accountHistory(connection, config, known.cycle, [terms])
      return reserveOf(terms, found ?? { priority: 0 }, config, { ...known, history })
    } catch (error) {
      throw asDatabaseError(error)
    }
  }
}

function largest({ jobs }: LargestReserve, config: Config, known: Known): Reserved | null {
  const kept = jobs.flatMap((name) => config.jobs[name] ?? [])
  const reserves = kept.map((job) => {
    const { credits, how } = reserveOf(job.reserve, job, config, known)
    return { credits, how: `as job "${job.name}": ${how}` }
  })
  return reserves.sort((a, b) => b.credits - a.credits)[0] ?? null
}
