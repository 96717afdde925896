import type { Report } from '../domain/balance-belief.ts'
import type { Clock } from '../domain/clock.ts'
import { type Credits, toDecimal } from '../domain/credits.ts'
import type { Ledger } from '../domain/ledger.ts'
import { type BalanceReading, readBalance } from './balance.ts'
import type { Log } from './ports/log.ts'
import type { Pace } from './ports/pace.ts'
import type { VendorClient, VendorRules } from './ports/vendor.ts'

export interface AccountWatchParts {
  readonly ledger: Ledger
  readonly vendor: VendorClient
  readonly rules: VendorRules
  readonly pace: Pace
  readonly clock: Clock
  readonly log: Log
  /** What the run may spend has changed. */
  readonly onChange: () => void
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000

/** Follows the vendor's balance: what replies say of it, and the balance endpoint where there is one. */
export class AccountWatch {
  readonly #parts: AccountWatchParts
  #reported: { balance: Credits; at: number } | null = null
  #asking: Promise<void> | null = null
  #retryMs = FIRST_RETRY_MS
  #notBefore = 0
  #failingSince: number | null = null
  #refused: string | null = null
  #ignored = 0

  constructor(parts: AccountWatchParts) {
    this.#parts = parts
  }

  /** The last balance that was believed. */
  get reported(): { balance: Credits; at: number } | null {
    return this.#reported
  }
  /** The vendor refuses our credentials for the balance. */
  get refused(): string | null {
    return this.#refused
  }

  /** How long the balance endpoint has not been readable, ms. */
  failingForMs(): number {
    return this.#failingSince === null ? 0 : this.#parts.clock.now() - this.#failingSince
  }

  /** A balance came, and the ledger has compared it with the books. */
  heard(balance: Credits, report: Report): void {
    const { log, clock, ledger } = this.#parts
    if (report.kind === 'too-high') {
      this.ignore(`it is ${toDecimal(report.by)} higher than it can be`)
      return
    }
    this.#reported = { balance, at: clock.now() }
    if (report.kind === 'agrees') return
    const spendable = ledger.spendable
    log.info(
      {
        outsideCredits: toDecimal(report.credits),
        balance: toDecimal(balance),
        spendable: spendable && toDecimal(spendable),
      },
      'someone else has spent from the account: the run shrinks',
    )
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
    if (this.#asking !== null || !ledger.wantsReport() || clock.now() < this.#notBefore) return
    void this.ask()
  }

  /** Asks for the balance and books it. Resolves when it is known, or is not to be had just now. */
  ask(): Promise<void> {
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

  /** When the balance may be asked for again, epoch ms. */
  get notBefore(): number {
    return this.#notBefore
  }

  async #ask(): Promise<void> {
    const { ledger } = this.#parts
    const asked = ledger.ask()
    const reading = await this.read()
    if (reading.kind === 'balance') this.heard(reading.balance, ledger.report(reading.balance, asked))
  }

  /** Reads the endpoint once, and remembers how that went. */
  async read(): Promise<BalanceReading> {
    const { vendor, rules, pace, clock } = this.#parts
    const reading = await pace.aside(() => readBalance(vendor, rules, clock.now()))
    this.#notBefore = clock.now() + (rules.balance?.spacingMs ?? 0)
    if (reading.kind === 'balance') {
      this.#retryMs = FIRST_RETRY_MS
      this.#failingSince = null
      return reading
    }
    if (reading.kind === 'refused') this.#refused = reading.reason
    this.ignore(reading.reason)
    this.#failingSince ??= clock.now()
    this.#notBefore = Math.max(this.#notBefore, clock.now() + this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS)
    return reading
  }
}
