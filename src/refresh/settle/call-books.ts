import type { Ledger } from '../../domain/books/ledger.ts'
import type { InFlight } from '../../domain/books/told.ts'
import type { OutcomeKind } from '../../domain/call/outcome.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import { iso } from '../../domain/time/iso.ts'
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
  /** When the vendor has certainly processed every unknown call of earlier processes, monotonic ms. */
  readonly resolvableAt: number
}

/** Books the cost of calls, and passes balances and refusals in replies on. */
export class CallBooks {
  readonly #parts: CallBooksParts
  #resolvableAt: number
  #toldFrom = Number.NEGATIVE_INFINITY

  constructor(parts: CallBooksParts) {
    this.#parts = parts
    this.#resolvableAt = parts.resolvableAt
  }

  /** When the vendor has certainly processed every unknown call, monotonic ms. */
  get resolvableAt(): number {
    return this.#resolvableAt
  }

  /** When the call was sent whose reply told the last balance, monotonic ms: what the vendor had processed by then is in it. */
  get toldFrom(): number {
    return this.#toldFrom
  }

  /** Books an answered call and decides the disposition of its items. Returns the cost. */
  answered(call: OpenedCall, inFlight: InFlight, result: CallResult): Credits {
    const { ledger, account, batchSizes, dispositions, clock } = this.#parts
    const { reading, cost } = result
    if (reading.outcome.kind === 'fresh') batchSizes.passed(call.items.length)
    const balance = account.ofPlan(reading.balance, call.openedAt)
    const report = ledger.reply(inFlight, cost, balance, result.misread)
    account.charged(call.openedAt, result.at, cost)
    if (balance !== null) account.heard(balance, report)
    if (balance !== null) this.#toldFrom = clock.monotonic() - result.latencyMs
    if (reading.ignored !== null) account.ignore(reading.ignored)
    dispositions.settle(call, result)
    this.refused(result)
    return cost
  }

  /** Books a call as unknown: it holds its reservation, which is returned. `ageMs`: time since it was sent. */
  lost(call: OpenedCall, inFlight: InFlight, result: CallResult, ageMs: number = result.latencyMs): Credits {
    const { ledger, rules, clock, dispositions } = this.#parts
    this.#resolvableAt = Math.max(this.#resolvableAt, clock.monotonic() - ageMs + settlesWithinMs(rules))
    ledger.lose(inFlight)
    dispositions.settle(call, result)
    return call.reservation
  }

  /** Books the balance in a reply that does not settle its call; ignored if there is a balance endpoint. */
  heard(inFlight: InFlight, { balance }: Interpretation): void {
    const { account, ledger, rules } = this.#parts
    // A first balance is not taken from here: it may already include this call, whose cost would be subtracted again.
    if (balance !== null && rules.balance === null && ledger.expected !== null)
      account.heard(balance, ledger.report(balance, inFlight))
  }

  /** Stops the run if a reply refuses the credentials, or says that no credits are left and no balance endpoint can confirm it. */
  refused({ reading, items }: CallResult): void {
    const { stop, refusals, rules, clock } = this.#parts
    const reasonOf = (kind: OutcomeKind) =>
      [reading, ...items].find(({ outcome }) => outcome.kind === kind)?.outcome.reason
    const exhausted = reasonOf('credits-exhausted')
    if (exhausted !== undefined) {
      const back =
        reading.backAt === undefined ? '' : `; the vendor says that credits come back on ${iso(reading.backAt)}`
      const detail = `the vendor says that no credits are left (${exhausted})${back}`
      refusals.saidBackAt(reading.backAt)
      // With a balance endpoint the refusal is weighed against the balance before the run stops.
      if (rules.balance === null) stop('credits-exhausted', detail)
      else refusals.heard(detail, clock.monotonic())
    } else if (reading.outcome.kind === 'fresh' || reading.outcome.kind === 'not-found') refusals.served()
    const refused = reasonOf('credentials-refused')
    if (refused !== undefined) stop('error', `the vendor refuses the credentials (${refused})`)
  }
}
