import type { AccountSums } from '../../domain/account/account-sums.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import { NO_CREDITS, plus } from '../../domain/credits/credits.ts'
import { readChanges } from '../../domain/run/changes.ts'
import { type RunStatus, unknownCredits } from '../../domain/run/run.ts'
import type { Client } from '../client.ts'

export const NO_RUNS: AccountSums = {
  runs: 0,
  refreshed: 0,
  notFound: 0,
  failed: 0,
  compared: 0,
  changed: 0,
  spent: NO_CREDITS,
  unknown: NO_CREDITS,
}

/** Runs read at once. */
const PAGE = 2_000
const select = {
  no: true,
  vendor: true,
  status: true,
  spent: true,
  held: true,
  unknown: true,
  refreshed: true,
  notFound: true,
  failed: true,
  changes: true,
} as const

/** The sums of all runs that began at `since` (epoch ms) or later, by the account's key. */
export async function sumsByAccount(client: Pick<Client, 'run'>, since: number): Promise<Map<string, AccountSums>> {
  const sums = new Map<string, AccountSums>()
  for (let after = 0; ; ) {
    const where = { no: { gt: after }, createdAt: { gte: BigInt(since) } }
    const runs = await client.run.findMany({ where, select, orderBy: { no: 'asc' }, take: PAGE })
    for (const run of runs) sums.set(run.vendor, added(sums.get(run.vendor) ?? NO_RUNS, run))
    const last = runs.at(-1)
    if (last === undefined || runs.length < PAGE) return sums
    after = last.no
  }
}

type Row = Awaited<ReturnType<Client['run']['findMany']>>[number]

function added(before: AccountSums, run: Pick<Row, keyof typeof select>): AccountSums {
  const credits = (amount: bigint) => Number(amount) as Credits
  const changes = readChanges(run.changes)
  const held = { status: run.status as RunStatus, held: credits(run.held), unknown: credits(run.unknown) }
  return {
    runs: before.runs + 1,
    refreshed: before.refreshed + run.refreshed,
    notFound: before.notFound + run.notFound,
    failed: before.failed + run.failed,
    compared: before.compared + (changes?.compared ?? 0),
    changed: before.changed + (changes?.changed ?? 0),
    spent: plus(before.spent, credits(run.spent)),
    unknown: plus(before.unknown, unknownCredits(held)),
  }
}
