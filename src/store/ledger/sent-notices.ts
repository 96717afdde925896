import { createHash } from 'node:crypto'
import type { Credits } from '../../domain/credits/credits.ts'
import type { Connection } from '../client.ts'
import { withDatabaseErrors } from '../database-error.ts'
import { ownTables } from '../dialect/dialect-of.ts'
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

/** Claims the notice for this process; false: one was sent in this cycle, and the credits have not doubled since. */
async function claim({ client, dialect }: Connection, recipient: Recipient, { credits, now, resetAt }: Notice) {
  const changed = await client.$executeRaw(sql`INSERT INTO ${ownTables(dialect).sentNotice} AS s
    (vendor, recipient, credits, reset_at)
    VALUES (${recipient.vendor}, ${fingerprint(recipient)}, ${BigInt(credits)}, ${BigInt(resetAt)})
    ON CONFLICT (vendor, recipient) DO UPDATE SET credits = excluded.credits, reset_at = excluded.reset_at
    WHERE s.reset_at <= ${BigInt(now)} OR s.credits * 2 <= excluded.credits`)
  return changed > 0
}

/** It was not delivered: the next claim succeeds. */
async function forget({ client }: Connection, recipient: Recipient): Promise<void> {
  await client.sentNotice.deleteMany({ where: { vendor: recipient.vendor, recipient: fingerprint(recipient) } })
}

export const { claimNotice, forgetNotice } = withDatabaseErrors({ claimNotice: claim, forgetNotice: forget })

function fingerprint({ url }: Recipient): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 32)
}
