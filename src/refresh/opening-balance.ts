import { type BillingCycle, type CycleTerms, cycleAt, cycleUntil } from '../domain/billing-cycle.ts'
import type { Clock } from '../domain/clock.ts'
import { type Credits, minus } from '../domain/credits.ts'
import { InputError, SpenddownError } from '../domain/errors.ts'
import type { Watch } from '../domain/ledger.ts'
import { type BalanceReading, readBalance } from './balance.ts'
import type { Log } from './ports/log.ts'
import type { RunStore } from './ports/store.ts'
import type { VendorClient, VendorRules } from './ports/vendor.ts'

/** The balance that a run begins with: what the endpoint says, or what is left of the allotment; null: not known yet. */
export interface OpeningBalance {
  readonly balance: Credits | null
  readonly at: number
  readonly watch: Watch
}

/** The same, and the billing cycle in which it was asked for. */
export interface Opening extends OpeningBalance {
  readonly cycle: BillingCycle
}

export interface BalanceParts {
  readonly store: RunStore
  readonly vendor: VendorClient
  readonly rules: VendorRules
  readonly allotment: Credits | null
  readonly cycle: CycleTerms
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/** The vendor's balance endpoint cannot be read, so that nothing is spent. */
export class BalanceUnreadableError extends SpenddownError {
  override readonly name: string = 'BalanceUnreadableError'

  constructor(message: string) {
    super('BALANCE_UNREADABLE', message)
  }
}

const TRIES = 6
const FIRST_WAIT_MS = 500

export async function openingBalance(parts: BalanceParts): Promise<Opening> {
  const { rules, allotment, clock } = parts
  // Before the balance is asked for: one that comes while the account is reset may be the old cycle's.
  const cycle = cycleAt(clock.now(), parts.cycle)
  if (rules.balance !== null) {
    const { balance, resetsAt } = await readPatiently(parts)
    const reported = resetsAt === null ? cycle : cycleUntil(resetsAt, parts.cycle)
    return { balance, at: clock.now(), watch: 'endpoint', cycle: reported }
  }
  const watch = rules.remaining === null ? 'nowhere' : 'replies'
  const balance = allotment === null ? null : minus(allotment, await parts.store.spentSince(rules.name, cycle.startAt))
  return { balance, at: clock.now(), watch, cycle }
}

async function readPatiently(parts: BalanceParts): Promise<BalanceReading & { kind: 'balance' }> {
  const { vendor, rules, clock, log, signal } = parts
  for (let tries = 1; ; tries++) {
    const reading = await readBalance(vendor, rules, clock.now())
    if (reading.kind === 'balance') return reading
    if (reading.kind === 'refused') {
      throw new InputError('CREDENTIALS_REFUSED', [
        { path: 'vendor.headers', found: reading.reason, allowed: 'credentials that the vendor accepts' },
      ])
    }
    log.warn({ reason: reading.reason, tries }, 'the balance cannot be read')
    if (tries === TRIES || signal.aborted) {
      throw new BalanceUnreadableError(`the vendor's balance cannot be read (${reading.reason}); nothing was spent`)
    }
    await clock.sleep(FIRST_WAIT_MS * 2 ** (tries - 1), signal)
  }
}
