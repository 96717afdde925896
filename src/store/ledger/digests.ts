import { createHash } from 'node:crypto'
import type { RunStatus } from '../../domain/run/run.ts'
import type { Connection } from '../client.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { queryRows, sql } from '../sql.ts'

/** Who gets digests of which accounts. */
export interface DigestReader {
  /** Of the config's accounts. */
  readonly name: string
  /** Where digests go: a secret, of which a fingerprint is kept. */
  readonly url: string
}

/**
 * Claims the digest of what happened since the last one, for this process alone. Resolves to since when, epoch ms; null:
 * another has it, or the last one is more recent than `everyMs`.
 */
export async function claimDigest({ client }: Connection, reader: DigestReader, now: number, everyMs: number) {
  const place = placeOf(reader)
  const row = await client.sentNotice.findUnique({ where: { vendor_recipient: place }, select: { resetAt: true } })
  if (row === null) {
    const created = await client.sentNotice
      .createMany({ data: [{ ...place, credits: 0, resetAt: now }] })
      .catch(() => null)
    return created === null ? null : now - Math.max(everyMs, FIRST_MS)
  }
  if (now - Number(row.resetAt) < everyMs) return null
  const { count } = await client.sentNotice.updateMany({
    where: { ...place, resetAt: row.resetAt },
    data: { resetAt: now },
  })
  return count === 1 ? Number(row.resetAt) : null
}

/** The first digest tells of the last quarter of an hour. */
const FIRST_MS = 15 * 60_000

/** It was not delivered: the next claim begins at the same instant. */
export async function returnDigest({ client }: Connection, reader: DigestReader, since: number): Promise<void> {
  await client.sentNotice.updateMany({ where: placeOf(reader), data: { resetAt: since } })
}

/** Stands where an account's key does: no vendor's name begins so. */
function placeOf({ name, url }: DigestReader) {
  return { vendor: `/digest/${name}`, recipient: createHash('sha256').update(url).digest('hex').slice(0, 32) }
}

interface EndedRow {
  readonly vendor: string
  readonly id: string
  readonly job: string
  readonly status: RunStatus
  readonly detail: string | null
  readonly spent: number
}

/** The runs of all accounts that ended in that time, but for those that gave way or were told to stop. */
export function runsEnded({ client, dialect }: Connection, since: number, until: number): Promise<EndedRow[]> {
  const { run } = ownTables(dialect)
  return queryRows<EndedRow>(
    client,
    sql`SELECT vendor, id, job, status, detail, spent FROM ${run}
      WHERE ended_at >= ${BigInt(since)} AND ended_at < ${BigInt(until)} AND status <> 'running'
        AND coalesce(stop_reason, '') <> 'interrupted' ORDER BY no`,
  )
}
