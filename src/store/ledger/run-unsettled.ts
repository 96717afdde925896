import type { Credits } from '../../domain/credits.ts'
import type { Client } from '../client.ts'
import { itemsAt, seqsOf } from '../runs/items-at.ts'
import type { Dialect } from '../sql.ts'

/** The states of calls that were opened and not settled. */
export const UNSETTLED = ['unknown', 'open', 'submitted'] as const
type Unsettled = (typeof UNSETTLED)[number]

export interface UnsettledOfRun {
  readonly calls: number
  readonly holds: Credits
  readonly first: readonly {
    readonly n: number
    readonly state: Unsettled
    readonly sentAt: number
    readonly holds: Credits
    readonly reason: string | null
    readonly records: number
    readonly examples: readonly string[]
  }[]
}

const EXAMPLES = 3

/** A run's calls that are not settled: how many, what they hold, and the first of them. While it is at work, those open are in flight. */
export async function unsettledOf(
  client: Pick<Client, 'call' | '$queryRaw'>,
  dialect: Dialect,
  { no: runNo, atWork }: { readonly no: number; readonly atWork: boolean },
  most: number,
): Promise<UnsettledOfRun> {
  const where = { runNo, state: { in: atWork ? ['unknown'] : [...UNSETTLED] } }
  const all = await client.call.aggregate({ where, _count: true, _sum: { reservation: true } })
  const rows = await client.call.findMany({ where, orderBy: { n: 'asc' }, take: most })
  const named = rows.map((row) => seqsOf(row).slice(0, EXAMPLES))
  const items = await itemsAt(client, dialect, runNo, named.flat())
  const first = rows.map((row, at) => ({
    n: row.n,
    state: row.state as Unsettled,
    sentAt: Number(row.openedAt),
    holds: Number(row.reservation) as Credits,
    reason: row.reason,
    records: seqsOf(row).length,
    examples: (named[at] ?? []).flatMap((seq) => items.get(seq)?.key ?? []),
  }))
  return { calls: all._count, holds: Number(all._sum.reservation ?? 0n) as Credits, first }
}
