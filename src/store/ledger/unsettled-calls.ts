import type { Credits } from '../../domain/credits/credits.ts'
import type { UnsettledCall } from '../../refresh/ports/unsettled.ts'
import type { Client } from '../client.ts'
import { itemsAt, seqsOf } from '../runs/items.ts'
import { type Dialect, plain } from '../sql.ts'

type Reader = Pick<Client, 'call' | '$queryRaw'>
type State = UnsettledCall['state']

/** The states of calls that were opened and not settled. */
export const UNSETTLED: readonly State[] = ['unknown', 'open', 'submitted']

/** A run's calls in these states, in order of opening; `most`: the first of them. */
export async function callsIn(
  client: Reader,
  dialect: Dialect,
  runNo: number,
  states: readonly State[],
  most?: number,
): Promise<Omit<UnsettledCall, 'run'>[]> {
  const where = { runNo, state: { in: [...states] } }
  const rows = await client.call.findMany({ where, orderBy: { n: 'asc' }, ...(most !== undefined && { take: most }) })
  const items = await itemsAt(client, dialect, runNo, rows.flatMap(seqsOf))
  return rows.map((row) => {
    const { n, nonce, state, reservation, openedAt, status, reason, vendorJob } = row
    const keys = seqsOf(row).flatMap((seq) => items.get(seq)?.key ?? [])
    const facts = { n, nonce, state, status, reason, vendorJob, keys, holds: reservation, sentAt: openedAt }
    return plain<Omit<UnsettledCall, 'run'>>(facts)
  })
}

const EXAMPLES = 3

/** A run's calls that are not settled: how many, what they hold, and the first of them. While it is at work, those open are in flight. */
export async function unsettledOf(
  client: Reader,
  dialect: Dialect,
  { no: runNo, atWork }: { readonly no: number; readonly atWork: boolean },
  most: number,
) {
  const states: readonly State[] = atWork ? ['unknown'] : UNSETTLED
  const where = { runNo, state: { in: [...states] } }
  const all = await client.call.aggregate({ where, _count: true, _sum: { reservation: true } })
  const first = await callsIn(client, dialect, runNo, states, most)
  return {
    calls: all._count,
    holds: Number(all._sum.reservation ?? 0n) as Credits,
    first: first.map(({ keys, ...call }) => ({ ...call, records: keys.length, examples: keys.slice(0, EXAMPLES) })),
  }
}
