import type { Credits } from '../../domain/credits.ts'
import type { Transaction } from '../client.ts'

/** What a run of a job has spent, or may have; micro-credits, epoch milliseconds. */
export interface RunUse {
  readonly job: string
  readonly at: number
  readonly credits: Credits
}

/** A balance, and what all runs on the account had spent by then. */
export interface Reading {
  readonly at: number
  readonly balance: Credits
  readonly spent: Credits
  readonly resetAt: number
}

/** What the runs of these jobs have used that began since, in no order. */
export async function usesSince(
  client: Pick<Transaction, 'run'>,
  vendor: string,
  jobs: readonly string[],
  sinceMs: number,
): Promise<RunUse[]> {
  const rows = await client.run.findMany({
    where: { vendor, job: { in: [...jobs] }, createdAt: { gte: BigInt(Math.floor(sinceMs)) } },
    select: { job: true, createdAt: true, spent: true, held: true },
  })
  return rows.map(({ job, createdAt, spent, held }) => ({
    job,
    at: Number(createdAt),
    credits: Number(spent + held) as Credits,
  }))
}

/** Oldest first. */
export async function readingsSince(
  client: Pick<Transaction, 'balanceReading'>,
  vendor: string,
  sinceMs: number,
): Promise<Reading[]> {
  const rows = await client.balanceReading.findMany({
    where: { vendor, at: { gte: BigInt(Math.floor(sinceMs)) } },
    orderBy: { at: 'asc' },
  })
  return rows.map(({ at, balance, spent, resetAt }) => ({
    at: Number(at),
    balance: Number(balance) as Credits,
    spent: Number(spent) as Credits,
    resetAt: Number(resetAt),
  }))
}

/** The latest reset that a balance came with, epoch ms; null: there was none. */
export async function latestReset(client: Pick<Transaction, 'balanceReading'>, vendor: string): Promise<number | null> {
  const row = await client.balanceReading.findFirst({
    where: { vendor },
    orderBy: { at: 'desc' },
    select: { resetAt: true },
  })
  return row === null ? null : Number(row.resetAt)
}

/** Remembers a balance, beside what all runs have spent until now. */
export async function noteReading(
  tx: Pick<Transaction, 'balanceReading' | 'run'>,
  vendor: string,
  { at, balance, resetAt }: Omit<Reading, 'spent'>,
): Promise<void> {
  const { _sum } = await tx.run.aggregate({ where: { vendor }, _sum: { spent: true } })
  const row = { balance: BigInt(balance), spent: _sum.spent ?? 0n, resetAt: BigInt(resetAt) }
  const key = { vendor, at: BigInt(at) }
  await tx.balanceReading.upsert({ where: { vendor_at: key }, create: { ...key, ...row }, update: row })
}
