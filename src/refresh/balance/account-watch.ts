import type { Report } from '../../domain/balance-belief.ts'
import { CLOCKS_APART_MS, type Since } from '../../domain/charges.ts'
import type { Clock } from '../../domain/clock.ts'
import { mostOf } from '../../domain/cost.ts'
import { type Credits, minus, NO_CREDITS, toDecimal } from '../../domain/credits.ts'
import type { Ledger } from '../../domain/ledger.ts'
import { Purchased } from '../../domain/purchased.ts'
import type { Emit } from '../events/events.ts'
import type { Log } from '../ports/log.ts'
import type { Pace } from '../ports/pace.ts'
import type { VendorClient, VendorRules } from '../ports/vendor.ts'
import { DriftAlarm } from './drift-alarm.ts'
import type { OpeningBalance } from './opening-balance.ts'
import { type BalanceReading, readBalance } from './read-balance.ts'

export interface AccountWatchParts {
  readonly ledger: Ledger
  readonly vendor: VendorClient
  readonly rules: VendorRules
  readonly pace: Pace
  readonly clock: Clock
  readonly log: Log
  readonly emit: Emit
  readonly opening: Pick<OpeningBalance, 'at' | 'asOf' | 'charges' | 'purchased'>
  /** What the run may spend has changed. */
  readonly onChange: () => void
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000

/** Follows the vendor's balance: what replies say of it, and the balance endpoint where there is one. */
export class AccountWatch {
  readonly #parts: AccountWatchParts
  #reported: { balance: Credits; at: number } | null = null
  #asking: Promise<boolean> | null = null
  #retryMs = FIRST_RETRY_MS
  /** Monotonic ms, as is the next. */
  #notBefore = 0
  #failingSince: number | null = null
  /** When a balance last showed that others have spent, epoch ms. */
  #loweredAt = 0
  #refused: string | null = null
  #ignored = 0
  /** As of when the newest balance was told, epoch ms. */
  #asOf: number
  readonly #purchased: Purchased
  readonly #driftAlarm: DriftAlarm

  constructor(parts: AccountWatchParts) {
    this.#parts = parts
    this.#driftAlarm = new DriftAlarm(mostOf(parts.rules.cost, 1), parts.log)
    this.#asOf = parts.opening.asOf ?? 0
    const knownSince = parts.rules.balance?.purchased ? parts.opening.at : undefined
    this.#purchased = new Purchased(parts.opening.purchased, knownSince)
  }

  /** The last balance that was believed. */
  get reported(): { balance: Credits; at: number } | null {
    return this.#reported
  }
  /** The vendor refuses our credentials for the balance. */
  get refused(): string | null {
    return this.#refused
  }

  /** The last look at the balance endpoint brought nothing. */
  get failing(): boolean {
    return this.#failingSince !== null
  }

  /** How long the balance endpoint has not been readable, ms. */
  failingForMs(): number {
    return this.#failingSince === null ? 0 : this.#parts.clock.monotonic() - this.#failingSince
  }

  /** What is left of the plan, of the balance in a reply to a call that was sent then. */
  ofPlan(balance: Credits | null, sentAt: number): Credits | null {
    return balance === null ? null : this.#purchased.planOf(balance, sentAt)
  }

  /** A call has cost so much; instants in epoch ms. */
  charged(openedAt: number, repliedAt: number, cost: Credits): void {
    this.#parts.opening.charges?.add(openedAt, repliedAt, cost)
  }

  /** A balance came, and the ledger has compared it with the books. */
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
        'a balance before was too low, others show: it is ignored',
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

  /** A balance or a charge that is not believed: logged at the first, tenth, hundredth … time. */
  ignore(reason: string): void {
    this.#ignored += 1
    if (!/^10*$/.test(String(this.#ignored))) return
    this.#parts.log.warn({ reason, times: this.#ignored }, 'a balance or charge that the vendor reported is ignored')
  }

  /** Asks for the balance in the background, if it would be good to have. */
  askIfWanted(): void {
    const { ledger, clock } = this.#parts
    if (this.#asking !== null || !ledger.wantsReport() || clock.monotonic() < this.#notBefore) return
    void this.ask()
  }

  /** Asks for the balance and books it. False: it is not to be had just now, or is older than the last one that was lower. */
  ask(): Promise<boolean> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null
      this.#parts.onChange()
    })
    return this.#asking
  }

  /** Resolves when no request for the balance is under way. */
  async settled(): Promise<void> {
    await this.#asking
  }

  /** When the balance may be asked for again, monotonic ms. */
  get notBefore(): number {
    return this.#notBefore
  }

  async #ask(): Promise<boolean> {
    const { ledger } = this.#parts
    const asked = ledger.ask()
    const reading = await this.#read(0)
    if (reading.kind !== 'balance') return false
    const { balance, asOf } = reading
    const late = asOf !== null && asOf < this.#loweredAt + CLOCKS_APART_MS
    this.heard(balance, ledger.report(balance, late ? { ...asked, doubts: null } : asked, this.#since(asOf)))
    return !late
  }

  /**
   * Reads the endpoint once, for a balance that knows of every call of ours, the last of which the vendor has dealt with
   * by `resolvableAt` (epoch ms); null: it cannot be had just now.
   */
  async settledBalance(resolvableAt: number): Promise<Credits | null> {
    const reading = await this.#read(resolvableAt)
    return reading.kind === 'balance' ? minus(reading.balance, this.#since(reading.asOf)?.after ?? NO_CREDITS) : null
  }

  #since(asOf: number | null): Since | null {
    return asOf === null ? null : (this.#parts.opening.charges?.since(asOf) ?? null)
  }

  /** Reads the endpoint once, and remembers how that went. */
  async #read(resolvableAt: number): Promise<BalanceReading> {
    const { vendor, rules, pace, clock } = this.#parts
    const reading = this.#dated(await pace.outOfBand(() => readBalance(vendor, rules, () => clock.now())), resolvableAt)
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

  /** A balance that was told as of an earlier instant than one before it, or as is wanted, says nothing. */
  #dated(reading: BalanceReading, resolvableAt: number): BalanceReading {
    if (reading.kind !== 'balance' || reading.asOf === null) return reading
    if (reading.asOf < this.#asOf) return { kind: 'unreadable', reason: 'it is older than one that was told before' }
    this.#asOf = reading.asOf
    const knows =
      resolvableAt === 0 || (reading.asOf >= resolvableAt + CLOCKS_APART_MS && this.#since(reading.asOf)?.unsure === 0)
    return knows ? reading : { kind: 'unreadable', reason: 'it is older than the calls that it is to settle' }
  }
}
