import type { Credits } from '../../domain/credits/credits.ts'
import type { Transaction } from '../client.ts'
import { plain } from '../sql.ts'

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

type Models = Pick<Transaction, 'balanceReading' | 'run'>

/** What the runs of these jobs have used that began since, in no order. */
export async function usesSince(client: Models, vendor: string, jobs: readonly string[], sinceMs: number) {
  const where = { vendor, job: { in: [...jobs] }, createdAt: { gte: Math.floor(sinceMs) } }
  const rows = await client.run.findMany({ where, select: { job: true, createdAt: true, spent: true, held: true } })
  return rows.map(({ job, createdAt, spent, held }) => plain<RunUse>({ job, at: createdAt, credits: spent + held }))
}

/** Oldest first. */
export async function readingsSince(client: Models, vendor: string, sinceMs: number): Promise<Reading[]> {
  const where = { vendor, at: { gte: Math.floor(sinceMs) } }
  const rows = await client.balanceReading.findMany({ where, orderBy: { at: 'asc' } })
  return rows.map((row) => plain<Reading>(row))
}

/** The latest reset that a balance came with, epoch ms; null: there was none. */
export async function latestReset(client: Models, vendor: string): Promise<number | null> {
  const row = await client.balanceReading.findFirst({ where: { vendor }, orderBy: { at: 'desc' } })
  return row === null ? null : Number(row.resetAt)
}

/** Remembers a balance, beside what all runs have spent until now. */
export async function noteReading(tx: Models, vendor: string, { at, balance, resetAt }: Omit<Reading, 'spent'>) {
  const { _sum } = await tx.run.aggregate({ where: { vendor }, _sum: { spent: true } })
  const row = { balance, spent: _sum.spent ?? 0, resetAt }
  const key = { vendor, at }
  await tx.balanceReading.upsert({ where: { vendor_at: key }, create: { ...key, ...row }, update: row })
}
