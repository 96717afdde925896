import { createHash } from 'node:crypto'
import type { Credits } from '../../domain/credits/credits.ts'
import type { Connection } from '../client.ts'
import { withDatabaseErrors } from '../database-error.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import { sql } from '../sql.ts'

/** Who gets notice of what will expire unused, of which vendor's account. */
export interface Recipient {
  readonly vendor: string
  /** Where messages go: a secret, of which a fingerprint is kept. */
  readonly url: string
}

export interface Notice {
  readonly credits: Credits
  /** Epoch milliseconds; `resetAt`: the reset that ends the billing cycle. */
  readonly now: number
  readonly resetAt: number
}

/** So long a claim holds that nobody keeps: its process died before the notice had arrived. Delivering takes 12 s at most. */
export const CLAIM_MS = 2 * 60_000

/**
 * Claims the notice for this process, until it is kept or forgotten, or for two minutes; false: one was sent in this
 * cycle, and the credits have not doubled since, or another process is about to send one.
 */
async function claim({ client, dialect }: Connection, recipient: Recipient, { credits, now, resetAt }: Notice) {
  const { tables, writes } = ownDialect(dialect)
  const [vendor, to] = [recipient.vendor, fingerprint(recipient)]
  // As if one of nothing had been sent before the first: so the update alone decides, whoever else claims at once.
  const rows = sql`SELECT ${vendor}, ${to}, 0, 0 WHERE true`
  const columns = ['vendor', 'recipient', 'credits', 'reset_at']
  await client.$executeRaw(writes.upsert({ into: tables.sentNotice, columns, rows, key: ['vendor', 'recipient'] }))
  const until = Math.min(resetAt, now + CLAIM_MS)
  const claimed = sql`UPDATE ${tables.sentNotice} SET credits = ${BigInt(credits)}, reset_at = ${BigInt(until)}
    WHERE vendor = ${vendor} AND recipient = ${to} AND (reset_at <= ${BigInt(now)} OR credits * 2 <= ${BigInt(credits)})`
  return (await client.$executeRaw(claimed)) > 0
}

/** It has arrived: the claim holds until the reset. */
async function keep({ client }: Connection, recipient: Recipient, resetAt: number): Promise<void> {
  const where = { vendor: recipient.vendor, recipient: fingerprint(recipient) }
  await client.sentNotice.updateMany({ where, data: { resetAt } })
}

/** It was not delivered: the next claim succeeds. */
async function forget({ client }: Connection, recipient: Recipient): Promise<void> {
  await client.sentNotice.deleteMany({ where: { vendor: recipient.vendor, recipient: fingerprint(recipient) } })
}

export const { claimNotice, keepNotice, forgetNotice } = withDatabaseErrors({
  claimNotice: claim,
  keepNotice: keep,
  forgetNotice: forget,
})

function fingerprint({ url }: Recipient): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 32)
}
