import type { Config } from '../../config/config.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import { BalanceUnreadableError } from '../../refresh/balance/opening-balance.ts'
import { readBalance } from '../../refresh/balance/read-balance.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { clientFor } from '../compose/run-parts.ts'
import { rulesOf } from '../compose/vendor-rules.ts'

/** What the balance endpoint reported. Instants are epoch ms. */
export interface AccountReading {
  readonly at: number
  /** Null: it could not be read. */
  readonly balance: Credits | null
  readonly resetsAt: number | null
}

/**
 * Requests the balance once, which costs no credit. Throws BalanceUnreadableError if it cannot be read and the reset is
 * configured to be read from it, since the billing cycle is not known then.
 */
export async function readAccount(config: Config, log: Log, now: () => number): Promise<AccountReading> {
  const client = clientFor(config, log, 1)
  try {
    const at = now()
    const reading = await readBalance(client, rulesOf(config), now)
    if (reading.kind === 'balance') return { at, balance: reading.balance, resetsAt: reading.resetsAt }
    if (config.vendor.credits.cycle.resetsAt !== undefined) {
      throw new BalanceUnreadableError(
        `the vendor's balance cannot be read (${reading.reason}), and only it says when credits are reset; nothing was spent`,
      )
    }
    log.warn({ reason: reading.reason }, 'the balance cannot be read')
    return { at, balance: null, resetsAt: null }
  } finally {
    client.close()
  }
}
