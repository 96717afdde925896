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

/** Since when a digest is to tell, epoch ms: what the last one has not told; null: that one is more recent than `everyMs`. */
export async function digestSince({ client }: Connection, reader: DigestReader, now: number, everyMs: number) {
  const where = { vendor_recipient: placeOf(reader) }
  const last = await client.sentNotice.findUnique({ where, select: { resetAt: true } })
  if (last === null) return now - Math.max(everyMs, FIRST_MS)
  return now - Number(last.resetAt) < everyMs ? null : Number(last.resetAt)
}

/** The first digest tells of the last quarter of an hour. */
const FIRST_MS = 15 * 60_000

/** The next digest tells what happened from then on. */
export async function noteDigest({ client }: Connection, reader: DigestReader, since: number): Promise<void> {
  const place = placeOf(reader)
  await client.sentNotice.upsert({
    where: { vendor_recipient: place },
    create: { ...place, credits: 0, resetAt: since },
    update: { resetAt: since },
  })
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
