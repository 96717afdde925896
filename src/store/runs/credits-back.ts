import type { RunSpec } from '../../refresh/ports/run-spec.ts'
import type { Transaction } from '../client.ts'

/**
 * When credits come back, as the vendor said when it ended the account's latest run for want of them, epoch ms; null: it
 * did not, or they are back.
 */
export async function creditsBackAt(
  client: Pick<Transaction, 'run'>,
  vendor: string,
  now: number,
): Promise<number | null> {
  const where = { vendor, endedAt: { not: null } }
  const row = await client.run.findFirst({ where, orderBy: { endedAt: 'desc' }, select: { spec: true } })
  if (row === null) return null
  const { backAt = null } = JSON.parse(row.spec) as Partial<RunSpec>
  return backAt !== null && backAt > now ? backAt : null
}
