import type { Config } from '../../config/config.ts'
import type { BoughtView, MonthView } from '../../dashboard/ports.ts'
import { type Credits, plus, toDecimal } from '../../domain/credits/credits.ts'
import type { BillingCycle } from '../../domain/cycle/billing-cycle.ts'
import { shownChanges, sumOfChanges } from '../../domain/run/changes.ts'
import type { Run } from '../../domain/run/run.ts'
import { worthOf } from '../../report/value.ts'
import type { Connection } from '../../store/client.ts'
import { readingsSince } from '../../store/ledger/account-history.ts'
import { listRuns } from '../../store/runs/runs.ts'

const MOST_RUNS = 200

/** Where the credits of this billing cycle went, as far as balances at the start of runs show it. */
export async function monthOf(
  { client }: Connection,
  { vendor: { name: vendor }, report }: Config,
  cycle: BillingCycle,
  { at, balance }: { readonly at: number; readonly balance: number | null },
): Promise<MonthView> {
  const readings = await readingsSince(client, vendor, cycle.startAt)
  const all = await listRuns(client, vendor, MOST_RUNS)
  const runs = all.filter(({ createdAt }) => createdAt >= cycle.startAt)
  const { _sum } = await client.run.aggregate({ where: { vendor }, _sum: { spent: true } })
  const [first] = readings
  const ours = first === undefined ? null : toDecimal((Number(_sum.spent ?? 0n) - first.spent) as Credits)
  const gone = first === undefined || balance === null ? null : toDecimal(first.balance) - balance
  return {
    readings: readings.map((reading) => ({ at: reading.at, balance: toDecimal(reading.balance) })),
    runs: runs.map((run) => ({ fromAt: run.createdAt, toAt: run.endedAt ?? at, spent: toDecimal(run.spent) })),
    spentByUs: ours,
    spentByOthers: ours === null || gone === null ? null : Math.max(0, gone - ours),
    bought: boughtBy(runs, report) ?? boughtBy(all.slice(0, 1), report),
  }
}

function boughtBy(runs: readonly Run[], report: Config['report']): BoughtView | null {
  const compared = runs.filter(({ changes }) => changes !== null)
  const changes = shownChanges(sumOfChanges(compared.flatMap((run) => run.changes ?? [])))
  if (changes.compared === 0) return null
  const spent = toDecimal(plus(...compared.map((run) => run.spent)))
  const value = worthOf({ credits: { spent }, changes }, 0, report?.pricePerCredit ?? null)
  return { since: Math.min(...compared.map(({ createdAt }) => createdAt)), changes, value }
}
