import { CLOCKS_APART_MS, type Since } from '../../domain/books/charges.ts'
import type { Ledger } from '../../domain/books/ledger.ts'
import { wantsReport } from '../../domain/books/may-open.ts'
import { Purchased } from '../../domain/books/purchased.ts'
import type { Report } from '../../domain/books/told.ts'
import { mostOf } from '../../domain/credits/cost.ts'
import { type Credits, minus, NO_CREDITS, toDecimal } from '../../domain/credits/credits.ts'
import type { RunParts } from '../ports/run-parts.ts'
import { DriftAlarm } from './drift-alarm.ts'
import type { OpeningBalance } from './opening-balance.ts'
import { type BalanceReading, NegativeBalances, readBalance } from './read-balance.ts'

export interface AccountWatchParts extends Pick<RunParts, 'vendor' | 'rules' | 'pace' | 'clock' | 'log' | 'emit'> {
  readonly ledger: Ledger
  readonly opening: Pick<OpeningBalance, 'at' | 'asOf' | 'charges' | 'purchased'>
  /** Called when what the run may spend has changed. */
  readonly onChange: () => void
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000

/** Follows the vendor's balance, from replies and from the balance endpoint where there is one. */
export class AccountWatch {
  readonly #parts: AccountWatchParts
  #reported: { balance: Credits; at: number } | null = null
  #asking: Promise<boolean> | null = null
  #retryMs = FIRST_RETRY_MS
  /** Monotonic ms; so is #failingSince. */
  #notBefore = 0
  #failingSince: number | null = null
  /** When a balance last showed that others have spent, epoch ms. */
  #loweredAt = 0
  #decidesAt = 0
  #refused: string | null = null
  #ignored = 0
  /** The instant for which the newest balance is valid, epoch ms. */
  #asOf: number
  readonly #purchased: Purchased
  readonly #driftAlarm: DriftAlarm
  readonly #negative = new NegativeBalances()

  constructor(parts: AccountWatchParts) {
    this.#parts = parts
    this.#driftAlarm = new DriftAlarm(mostOf(parts.rules.cost, 1), parts.log)
    this.#asOf = parts.opening.asOf ?? 0
    const knownSince = parts.rules.balance?.purchased ? parts.opening.at : undefined
    this.#purchased = new Purchased(parts.opening.purchased, knownSince)
  }

  /** The last balance that was accepted; `at` in epoch ms. */
  get reported(): { balance: Credits; at: number } | null {
    return this.#reported
  }
  /** Why the vendor refuses our credentials for the balance endpoint; null: it does not. */
  get refused(): string | null {
    return this.#refused
  }

  /** The last request to the balance endpoint failed. */
  get failing(): boolean {
    return this.#failingSince !== null
  }

  /** How long the balance endpoint has not been readable, ms. */
  failingForMs(): number {
    return this.#failingSince === null ? 0 : this.#parts.clock.monotonic() - this.#failingSince
  }

  /** The plan's part of a balance in a reply (without purchased credits). `sentAt`: of the call, epoch ms. */
  ofPlan(balance: Credits | null, sentAt: number): Credits | null {
    return balance === null ? null : this.#purchased.planOf(balance, sentAt)
  }

  /** Records what a call cost; instants in epoch ms. */
  charged(openedAt: number, repliedAt: number, cost: Credits): void {
    this.#parts.opening.charges?.add(openedAt, repliedAt, cost)
  }

  /** Handles a balance that the ledger has already compared with the books. */
  heard(balance: Credits, report: Report): void {
    const { log, emit, clock, ledger } = this.#parts
    this.#driftAlarm.look(ledger)
    if (report.kind === 'too-high') {
      this.ignore(`it is ${toDecimal(report.by)} higher than it can be`)
      return
    }
    this.#reported = { balance, at: clock.now() }
    if (report.kind === 'agrees') return
    if (report.kind === 'outside') this.#loweredAt = clock.now()
    const spendable = ledger.spendable === null ? null : toDecimal(ledger.spendable)
    const credits = toDecimal(report.credits)
    if (report.kind === 'restored') {
      log.warn(
        { credits, balance: toDecimal(balance), spendable },
        'an earlier balance was too low, as later ones show: it is ignored',
      )
    } else {
      log.info(
        { outsideCredits: credits, balance: toDecimal(balance), spendable },
        'someone else has spent from the account: the run shrinks',
      )
      emit({ type: 'outside', credits, spendable })
    }
    this.#parts.onChange()
  }

  /** Logs a balance or charge that is not believed, the first, tenth, hundredth … time. */
  ignore(reason: string): void {
    this.#ignored += 1
    if (!/^10*$/.test(String(this.#ignored))) return
    this.#parts.log.warn({ reason, times: this.#ignored }, 'a balance or charge that the vendor reported is ignored')
  }

  /** Requests the balance in the background, if the ledger needs a new one. */
  askIfWanted(): void {
    const { ledger, clock } = this.#parts
    if (this.#asking !== null || !wantsReport(ledger) || clock.monotonic() < this.#notBefore) return
    void this.ask()
  }

  /** Requests the balance and books it. False: it cannot be read now, or predates the last one that showed others' spending. */
  ask(): Promise<boolean> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null
      this.#parts.onChange()
    })
    return this.#asking
  }

  /** Resolves when no balance request is in flight. */
  async settled(): Promise<void> {
    await this.#asking
  }

  /** When the balance may be requested again, monotonic ms. */
  get notBefore(): number {
    return this.#notBefore
  }

  /** When a requested balance is certainly newer than the last one that showed others' spending, monotonic ms. */
  get decidesAt(): number {
    return this.#decidesAt
  }

  async #ask(): Promise<boolean> {
    const { ledger, clock } = this.#parts
    const asked = ledger.belief.ask()
    const reading = await this.#read(0)
    if (reading.kind !== 'balance') return false
    const { balance, asOf } = reading
    const lateMs = asOf === null ? 0 : this.#loweredAt + CLOCKS_APART_MS - asOf
    const late = lateMs > 0
    this.#decidesAt = clock.monotonic() + lateMs
    this.heard(balance, ledger.report(balance, late ? { ...asked, doubts: null } : asked, this.#since(asOf)))
    return !late
  }

  /**
   * Reads the endpoint once, for a balance that includes all our calls. `resolvableAt`: when the vendor has processed the
   * last of them, epoch ms. Null: no such balance can be read now.
   */
  async settledBalance(resolvableAt: number): Promise<Credits | null> {
    // An answer that is older than this balance must not come after it.
    await this.settled()
    const reading = await this.#read(resolvableAt)
    return reading.kind === 'balance' ? minus(reading.balance, this.#since(reading.asOf)?.after ?? NO_CREDITS) : null
  }

  #since(asOf: number | null): Since | null {
    return asOf === null ? null : (this.#parts.opening.charges?.since(asOf) ?? null)
  }

  /** Reads the endpoint once, and schedules the next attempt by the result. */
  async #read(resolvableAt: number): Promise<BalanceReading> {
    const { vendor, rules, pace, clock } = this.#parts
    const said = await pace.outOfBand(() => readBalance(vendor, rules, () => clock.now()))
    const reading = this.#dated(this.#negative.weigh(said), resolvableAt)
    this.#notBefore = clock.monotonic() + (rules.balance?.spacingMs ?? 0)
    if (reading.kind === 'balance') {
      this.#retryMs = FIRST_RETRY_MS
      this.#failingSince = null
      this.#purchased.learn(reading.purchased, clock.now())
      if (reading.ignored !== null) this.ignore(reading.ignored)
      return reading
    }
    if (reading.kind === 'refused') this.#refused = reading.reason
    this.ignore(reading.reason)
    this.#failingSince ??= clock.monotonic()
    this.#notBefore = Math.max(this.#notBefore, clock.monotonic() + this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS)
    return reading
  }

  /** Rejects a balance that is older than an earlier one, or too old to include the calls it should settle. */
  #dated(reading: BalanceReading, resolvableAt: number): BalanceReading {
    if (reading.kind !== 'balance' || reading.asOf === null) return reading
    if (reading.asOf < this.#asOf)
      return { kind: 'unreadable', reason: 'it is older than one reported before', passes: true }
    this.#asOf = reading.asOf
    const includesAll =
      resolvableAt === 0 || (reading.asOf >= resolvableAt + CLOCKS_APART_MS && this.#since(reading.asOf)?.unsure === 0)
    return includesAll
      ? reading
      : { kind: 'unreadable', reason: 'it is older than the calls it should settle', passes: true }
  }
}
