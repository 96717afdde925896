import type { MonthView } from '../../dashboard/ports.ts'
import { type Credits, toDecimal } from '../../domain/credits/credits.ts'
import type { BillingCycle } from '../../domain/cycle/billing-cycle.ts'
import type { Connection } from '../../store/client.ts'
import { readingsSince } from '../../store/ledger/account-history.ts'
import { listRuns } from '../../store/runs/runs.ts'

const MOST_RUNS = 200

/** Where the credits of this billing cycle went, as far as balances at the start of runs show it. */
export async function monthOf(
  { client }: Connection,
  vendor: string,
  cycle: BillingCycle,
  { at, balance }: { readonly at: number; readonly balance: number | null },
): Promise<MonthView> {
  const readings = await readingsSince(client, vendor, cycle.startAt)
  const runs = (await listRuns(client, vendor, MOST_RUNS)).filter(({ createdAt }) => createdAt >= cycle.startAt)
  const { _sum } = await client.run.aggregate({ where: { vendor }, _sum: { spent: true } })
  const [first] = readings
  const ours = first === undefined ? null : toDecimal((Number(_sum.spent ?? 0n) - first.spent) as Credits)
  const gone = first === undefined || balance === null ? null : toDecimal(first.balance) - balance
  return {
    readings: readings.map((reading) => ({ at: reading.at, balance: toDecimal(reading.balance) })),
    runs: runs.map((run) => ({ fromAt: run.createdAt, toAt: run.endedAt ?? at, spent: toDecimal(run.spent) })),
    spentByUs: ours,
    spentByOthers: ours === null || gone === null ? null : Math.max(0, gone - ours),
  }
}
