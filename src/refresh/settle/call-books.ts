import type { InFlight } from '../../domain/balance-belief.ts'
import type { Credits } from '../../domain/credits.ts'
import type { Ledger } from '../../domain/ledger.ts'
import type { OutcomeKind } from '../../domain/outcome.ts'
import type { AccountWatch } from '../balance/account-watch.ts'
import type { CreditRefusals } from '../balance/credit-refusals.ts'
import type { Interpretation } from '../classify/interpret.ts'
import type { CallResult } from '../classify/reply-reader.ts'
import type { OpenedCall } from '../ports/calls.ts'
import type { Dispositions, DispositionsParts } from './dispositions.ts'
import { settlesWithinMs } from './settlement.ts'

export interface CallBooksParts extends Pick<DispositionsParts, 'rules' | 'clock' | 'batchSizes' | 'stop'> {
  readonly ledger: Ledger
  readonly account: AccountWatch
  readonly refusals: CreditRefusals
  readonly dispositions: Dispositions
  /** When the vendor has certainly dealt with every call of earlier processes whose reply was lost, monotonic ms. */
  readonly resolvableAt: number
}

/** Books what calls cost, and follows what replies say of the account. */
export class CallBooks {
  readonly #parts: CallBooksParts
  #resolvableAt: number

  constructor(parts: CallBooksParts) {
    this.#parts = parts
    this.#resolvableAt = parts.resolvableAt
  }

  /** When the vendor has certainly dealt with every call whose reply was lost, monotonic ms. */
  get resolvableAt(): number {
    return this.#resolvableAt
  }

  /** The call has its answer: books what it cost, and decides what becomes of its items. Returns the cost. */
  answered(call: OpenedCall, inFlight: InFlight, result: CallResult): Credits {
    const { ledger, account, batchSizes, dispositions } = this.#parts
    const { reading, cost } = result
    if (reading.outcome.kind === 'fresh') batchSizes.passed(call.items.length)
    const balance = account.ofPlan(reading.balance, call.openedAt)
    const report = ledger.reply(inFlight, cost, balance)
    account.charged(call.openedAt, result.at, cost)
    if (balance !== null) account.heard(balance, report)
    if (reading.ignored !== null) account.ignore(reading.ignored)
    dispositions.settle(call, result)
    this.refused(result)
    return cost
  }

  /**
   * Nobody will know what came of the call: it holds its reservation, which is returned. `ageMs`: how long ago it was
   * sent.
   */
  lost(call: OpenedCall, inFlight: InFlight, result: CallResult, ageMs: number = result.latencyMs): Credits {
    const { ledger, rules, clock, dispositions } = this.#parts
    this.#resolvableAt = Math.max(this.#resolvableAt, clock.monotonic() - ageMs + settlesWithinMs(rules))
    ledger.lose(inFlight)
    dispositions.settle(call, result)
    return call.reservation
  }

  /** A balance in a reply that settles nothing; where there is an endpoint, that one tells better. */
  heard(inFlight: InFlight, { balance }: Interpretation): void {
    const { account, ledger, rules } = this.#parts
    // A first balance would be taken for what it was before the call, which it may know of already.
    if (balance !== null && rules.balance === null && ledger.expected !== null)
      account.heard(balance, ledger.report(balance, inFlight))
  }

  /** What a reply says of credits and credentials may stop the run. */
  refused({ reading, items }: CallResult): void {
    const { stop, refusals } = this.#parts
    const told = (kind: OutcomeKind) => [reading, ...items].find(({ outcome }) => outcome.kind === kind)?.outcome.reason
    const exhausted = told('credits-exhausted')
    if (exhausted !== undefined) this.#refusedCredits(`the vendor says that no credits are left (${exhausted})`)
    else if (reading.outcome.kind === 'fresh' || reading.outcome.kind === 'not-found') refusals.served()
    const refused = told('credentials-refused')
    if (refused !== undefined) stop('error', `the vendor refuses the credentials (${refused})`)
  }

  /** Where the balance can be asked for, it is asked before the run gives up. */
  #refusedCredits(detail: string): void {
    const { stop, refusals, rules, clock } = this.#parts
    if (rules.balance === null) stop('credits-exhausted', detail)
    else refusals.heard(detail, clock.monotonic())
  }
}
