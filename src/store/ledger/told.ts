import { createHash } from 'node:crypto'
import type { Credits } from '../../domain/credits.ts'
import type { Connection } from '../client.ts'
import { asDatabaseError } from '../database-error.ts'
import { sql } from '../sql.ts'
import { ownTables } from '../tables.ts'

/** Who was told of a forecast, of which vendor's account. */
export interface Hearer {
  readonly vendor: string
  /** Where messages go: a secret, of which a fingerprint is kept. */
  readonly url: string
}

export interface Telling {
  readonly credits: Credits
  /** Epoch milliseconds; `until`: the reset that ends the billing cycle. */
  readonly now: number
  readonly until: number
}

/**
 * Takes it upon this process to tell: false where it was told in this billing cycle already and has not doubled since.
 * Of several that ask at once, one tells.
 */
export async function claimTelling(connection: Connection, hearer: Hearer, telling: Telling): Promise<boolean> {
  const own = ownTables(connection.dialect)
  const { credits, now, until } = telling
  try {
    const changed = await connection.client.$executeRaw(sql`INSERT INTO ${own.telling} AS t
      (vendor, hearer, credits, until) VALUES (${hearer.vendor}, ${fingerprint(hearer)}, ${BigInt(credits)}, ${BigInt(until)})
      ON CONFLICT (vendor, hearer) DO UPDATE SET credits = excluded.credits, until = excluded.until
      WHERE t.until <= ${BigInt(now)} OR t.credits * 2 <= excluded.credits`)
    return changed > 0
  } catch (error) {
    throw asDatabaseError(error)
  }
}

/** It did not arrive: who asks next tells. */
export async function forgetTelling(connection: Connection, hearer: Hearer): Promise<void> {
  const { telling } = ownTables(connection.dialect)
  try {
    await connection.client.$executeRaw(
      sql`DELETE FROM ${telling} WHERE vendor = ${hearer.vendor} AND hearer = ${fingerprint(hearer)}`,
    )
  } catch (error) {
    throw asDatabaseError(error)
  }
}

function fingerprint({ url }: Hearer): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 32)
}
