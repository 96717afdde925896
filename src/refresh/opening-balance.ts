import type { Watch } from '../domain/balance-belief.ts'
import { type BillingCycle, type CycleTerms, cycleAt } from '../domain/billing-cycle.ts'
import type { Clock } from '../domain/clock.ts'
import { type Credits, minus } from '../domain/credits.ts'
import { InputError, SpenddownError } from '../domain/errors.ts'
import { readBalance } from './balance.ts'
import type { Log } from './ports/log.ts'
import type { RunStore } from './ports/store.ts'
import type { VendorClient, VendorRules } from './ports/vendor.ts'

/** The balance that a run begins with: what the endpoint says, or what is left of the allotment; null: not known yet. */
export interface OpeningBalance {
  readonly balance: Credits | null
  readonly at: number
  readonly watch: Watch
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

export async function openingBalance(parts: BalanceParts): Promise<OpeningBalance> {
  const { rules, allotment, clock } = parts
  if (rules.balance !== null) return { balance: await readPatiently(parts), at: clock.now(), watch: 'endpoint' }
  const watch = rules.remaining === null ? 'nowhere' : 'replies'
  const balance =
    allotment === null ? null : minus(allotment, await parts.store.spentSince(rules.name, thisCycle(parts).startAt))
  return { balance, at: clock.now(), watch }
}

export function thisCycle({ cycle, clock }: Pick<BalanceParts, 'cycle' | 'clock'>): BillingCycle {
  return cycleAt(clock.now(), cycle)
}

async function readPatiently(parts: BalanceParts): Promise<Credits> {
  const { vendor, rules, clock, log, signal } = parts
  for (let tries = 1; ; tries++) {
    const reading = await readBalance(vendor, rules, clock.now())
    if (reading.kind === 'balance') return reading.balance
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
