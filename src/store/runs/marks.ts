import { type Credits, toDecimal } from '../../domain/credits/credits.ts'
import type { Mark } from '../../domain/judgement/health.ts'
import { ended } from '../../domain/run/run.ts'
import type { Client } from '../client.ts'
import { plain } from '../sql.ts'
import { type CountRow, withCounts } from './runs.ts'

/** Enough for an hour of the longest interval. */
const MOST = 240

/** The last marks of a run, oldest first: what its snapshots count. */
export async function recentMarks(client: Pick<Client, 'snapshot'>, runNo: number): Promise<Mark[]> {
  const rows = await client.snapshot.findMany({
    where: { runNo },
    orderBy: { checkpoint: 'desc' },
    take: MOST,
    omit: { pace: true, latencies: true },
  })
  return rows.toReversed().map((row) => {
    const { at, items, calls, spent } = plain<ReturnType<typeof withCounts<CountRow & { at: number; spent: Credits }>>>(
      withCounts(row),
    )
    return {
      at,
      done: ended(items),
      answered: items.refreshed + items.notFound + items.superseded,
      spent: toDecimal(spent),
      trouble: calls.failed + calls.throttled + calls.unknown,
    }
  })
}
