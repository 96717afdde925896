import { Charges, CLOCKS_APART_MS } from '../../domain/books/charges.ts'
import type { Watch } from '../../domain/books/told.ts'
import { type Credits, minus, NO_CREDITS } from '../../domain/credits/credits.ts'
import { type BillingCycle, cycleAt, cycleUntil } from '../../domain/cycle/billing-cycle.ts'
import { InputError, SpenddownError } from '../../domain/errors/errors.ts'
import type { RunParts } from '../ports/run-parts.ts'
import { settlesWithinMs } from '../settle/settlement.ts'
import { type Balance, NegativeBalances, readBalance } from './read-balance.ts'

/** The balance that a run begins with: from the endpoint, or what is left of the allotment; null: not known yet. */
export interface OpeningBalance {
  readonly balance: Credits | null
  readonly at: number
  readonly watch: Watch
  /** The instant for which the balance is valid, epoch ms, and what our recent calls cost; null: valid at `at`. */
  readonly asOf: number | null
  readonly charges: Charges | null
  /** Credits bought in addition to the plan; `balance` excludes them. */
  readonly purchased: Credits
  /** The billing cycle in which it was requested. */
  readonly cycle: BillingCycle
}

export interface BalanceParts
  extends Pick<RunParts, 'store' | 'vendor' | 'rules' | 'allotment' | 'cycle' | 'clock' | 'log'> {
  readonly signal: AbortSignal
}

/** The vendor's balance endpoint cannot be read; nothing has been spent. */
export class BalanceUnreadableError extends SpenddownError {
  override readonly name: string = 'BalanceUnreadableError'

  constructor(message: string) {
    super('BALANCE_UNREADABLE', message)
  }
}

const TRIES = 6
/** Tries if the config does not fit the endpoint: one odd reply is forgiven. */
const TRIES_IN_VAIN = 2
const FIRST_WAIT_MS = 500
/** No call waits longer between being opened and being sent. */
const LONGEST_WAIT_MS = 15 * 60_000

export async function openingBalance(parts: BalanceParts): Promise<OpeningBalance> {
  const { rules, allotment, clock } = parts
  // Determined before the balance is requested: one that arrives during the reset may belong to the old cycle.
  const cycle = cycleAt(clock.now(), parts.cycle)
  if (rules.balance !== null) {
    const reading = await readWithRetries(parts)
    const reported = reading.resetsAt === null ? cycle : cycleUntil(reading.resetsAt, parts.cycle)
    return openingOf(reading, reported, parts)
  }
  const watch = rules.remaining === null ? 'nowhere' : 'replies'
  const balance = allotment === null ? null : minus(allotment, await parts.store.spentSince(rules.name, cycle.startAt))
  return { balance, at: clock.now(), watch, asOf: null, charges: null, purchased: NO_CREDITS, cycle }
}

async function openingOf(
  { balance, purchased, asOf }: Balance,
  cycle: BillingCycle,
  parts: BalanceParts,
): Promise<OpeningBalance> {
  const at = parts.clock.now()
  const charges = parts.rules.balance?.asOf ? await chargesUntil(asOf ?? at, parts) : null
  return { balance, at, watch: 'endpoint', asOf, charges, purchased, cycle }
}

/** What earlier processes spent that a balance valid at `asOf` may not include yet. */
async function chargesUntil(asOf: number, { store, rules, clock }: BalanceParts): Promise<Charges> {
  const charges = new Charges()
  const [now, lastsMs] = [clock.now(), settlesWithinMs(rules) + LONGEST_WAIT_MS]
  for (const { openedAt, cost } of await store.chargesSince(rules.name, asOf - CLOCKS_APART_MS - lastsMs)) {
    charges.add(openedAt, Math.min(now, openedAt + lastsMs), cost)
  }
  return charges
}

async function readWithRetries(parts: BalanceParts): Promise<Balance> {
  const { vendor, rules, clock, log, signal } = parts
  const negative = new NegativeBalances()
  for (let tries = 1; ; tries++) {
    const reading = negative.weigh(await readBalance(vendor, rules, () => clock.now()))
    if (reading.kind === 'balance') {
      if (reading.ignored !== null) log.warn({ reason: reading.ignored }, 'a part of the balance is ignored')
      return reading
    }
    if (reading.kind === 'refused') {
      throw new InputError('CREDENTIALS_REFUSED', [
        {
          path: 'vendor.headers',
          found: `a refusal (${reading.reason})`,
          allowed: 'credentials that the vendor accepts',
        },
      ])
    }
    log.warn({ reason: reading.reason, tries }, 'the balance cannot be read')
    if (tries === (reading.passes ? TRIES : TRIES_IN_VAIN) || signal.aborted) {
      throw new BalanceUnreadableError(`the vendor's balance cannot be read (${reading.reason}); nothing was spent`)
    }
    await clock.sleep(FIRST_WAIT_MS * 2 ** (tries - 1), signal)
  }
}
