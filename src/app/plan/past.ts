import type { Config, JobConfig } from '../../config/config.ts'
import { type Credits, minus, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { BillingCycle } from '../../domain/cycle/billing-cycle.ts'
import { controlRequestWords, type Run, tried } from '../../domain/run/run.ts'
import { deadlineOf } from '../../refresh/control/cycle-over.ts'
import type { RunSpec } from '../../refresh/ports/run-spec.ts'
import type { PastRun } from '../../schedule/past-run.ts'
import type { Connection } from '../../store/client.ts'
import { spentSince } from '../../store/ledger/calls-since.ts'
import { leaseHolder } from '../../store/ledger/leases.ts'
import { accountState } from '../../store/prisma-store.ts'
import { runsOfJob } from '../../store/runs/runs.ts'
import { wholeJobHash } from '../compose/job-choice.ts'
import { type AccountHistory, accountHistory, NO_HISTORY } from '../compose/reserves.ts'
import { rulesOf } from '../compose/vendor-rules.ts'

/** What the database knows about the account and past runs of its jobs. */
export interface Past {
  /** By job, newest first. */
  readonly runs: ReadonlyMap<string, readonly PastRun[]>
  /** Who is spending from the account now, as a phrase; null: nobody. */
  readonly busy: string | null
  /** What unknown calls of all runs hold. */
  readonly held: Credits
  /** The balance according to our books in this billing cycle; null: not known. */
  readonly known: Credits | null
  /** Others' use, as far as reserves depend on it. */
  readonly history: AccountHistory
}

const LOOK_BACK = 100

/** The past where spenddown's tables are missing. */
export const NO_PAST: Past = { runs: new Map(), busy: null, held: NO_CREDITS, known: null, history: NO_HISTORY }

/** Reads the past from a migrated database. Changes nothing. */
export async function readPast(
  connection: Connection,
  config: Config,
  jobs: readonly JobConfig[],
  cycle: BillingCycle,
  now: number,
): Promise<Past> {
  const { client, dialect } = connection
  const { name, credits } = config.vendor
  const runs = new Map<string, readonly PastRun[]>()
  for (const job of jobs) {
    const found = await runsOfJob(client, name, job.name, LOOK_BACK)
    const asPast = found.map((run) => pastRun(run, config))
    runs.set(job.name, asPast)
  }
  const { reportedAt, expected, held } = await accountState(connection, name)
  const reported = reportedAt !== null && reportedAt >= cycle.startAt ? expected : null
  const { allotment } = credits
  const granted =
    allotment === undefined ? null : minus(allotment, await spentSince(client, dialect, name, cycle.startAt))
  return {
    runs,
    busy: await leaseHolder(client, name, now),
    held,
    known: reported ?? granted,
    history: await accountHistory(connection, config, cycle),
  }
}

function pastRun(run: Run, config: Config): PastRun {
  const { slot, pace, backAt } = JSON.parse(run.spec) as Partial<RunSpec>
  return {
    ...run,
    resetAt: backAt ?? deadlineOf(run, { cycle: config.vendor.credits.cycle, rules: rulesOf(config) }).resetAt,
    slot: slot ?? null,
    controlRequest: run.controlRequest === null ? null : controlRequestWords(run.controlRequest),
    steady: pace === 'steady',
    whole: run.specHash === wholeJobHash(),
    tried: tried(run.items),
  }
}
