import type { Clock } from '../domain/clock.ts'
import { type Credits, NO_CREDITS } from '../domain/credits.ts'
import type { Ledger, Wire } from '../domain/ledger.ts'
import type { StopReason } from '../domain/run.ts'
import type { AccountWatch } from './account-watch.ts'
import type { CallMaker, Made } from './call-maker.ts'
import type { CallsInFlight } from './calls-in-flight.ts'
import type { Canary } from './canary.ts'
import type { Pace, Sample } from './ports/pace.ts'
import type { FinishedCall, OpenedCall } from './ports/store.ts'
import type { VendorRules } from './ports/vendor.ts'
import { retryDelayMs } from './retry-delay.ts'
import { type CoolDown, fateOf, finish, lost, released } from './settlement.ts'
import type { Totals } from './totals.ts'
import type { WorkList } from './work-list.ts'

export interface SenderParts {
  readonly maker: CallMaker
  readonly ledger: Ledger
  readonly work: WorkList
  readonly totals: Totals
  readonly canary: Canary
  readonly account: AccountWatch
  readonly calls: () => CallsInFlight
  readonly pace: Pace
  readonly rules: VendorRules
  readonly clock: Clock
  readonly random: () => number
  readonly coolDown: CoolDown
  readonly finished: (call: FinishedCall) => void
  readonly stop: (reason: StopReason, detail: string) => void
}

/** Sends calls, books what they cost, and decides what becomes of their items. */
export class Sender {
  readonly #parts: SenderParts
  #latencyMs = 20
  /** When the vendor has certainly dealt with every call whose reply was lost, epoch ms. */
  #settledBy: number

  constructor(parts: SenderParts, settledBy: number) {
    this.#parts = parts
    this.#settledBy = settledBy
  }

  /** Mean time of a call of late, ms. */
  get latencyMs(): number {
    return this.#latencyMs
  }
  get settledBy(): number {
    return this.#settledBy
  }

  /** Sends one call; resolves, when its outcome is ready to be committed, to what it cost or holds. */
  async send(call: OpenedCall, again: boolean): Promise<Credits> {
    const { maker, ledger } = this.#parts
    const prepared = maker.prepare(call)
    if ('problem' in prepared) return this.#cannotSend(call, again, prepared.problem)
    const wire = again ? ledger.sendAgain(call.reservation) : ledger.send(call.reservation)
    const made = await maker.make(call, prepared.request)
    this.#observe(made)
    return made.reading.outcome.kind === 'unknown'
      ? this.#unanswered(call, wire, made)
      : this.#answered(call, wire, made)
  }

  #cannotSend(call: OpenedCall, again: boolean, problem: string): Credits {
    const { ledger, clock, coolDown, finished, rules } = this.#parts
    if (again) {
      ledger.lose(ledger.sendAgain(call.reservation))
      finished(lost(call, { ...rules, onUnknown: 'skip' }))
      return call.reservation
    }
    ledger.release(call.reservation)
    finished(released(call, problem, clock.now() + coolDown.failedMs))
    return NO_CREDITS
  }

  #answered(call: OpenedCall, wire: Wire, made: Made): Credits {
    const { ledger, account, canary, stop } = this.#parts
    const { reading } = made
    const report = ledger.reply(wire, reading.cost, reading.balance)
    if (reading.balance !== null) account.heard(reading.balance, report)
    if (reading.ignored !== null) account.ignore(reading.ignored)
    if (reading.cost > 0) canary.paid(call.item.seq, made.shown)
    this.#settle(call, made)
    const { kind, reason } = reading.outcome
    if (kind === 'credits-exhausted') stop('credits-exhausted', `the vendor says that no credits are left (${reason})`)
    if (kind === 'credentials-refused') stop('error', `the vendor refuses the credentials (${reason})`)
    return reading.cost
  }

  #unanswered(call: OpenedCall, wire: Wire, made: Made): Credits {
    const { ledger, rules, clock, random, calls } = this.#parts
    const attempts = call.item.attempts + 1
    if (rules.idempotent && attempts < rules.maxAttempts) {
      const again = { ...call, item: { ...call.item, attempts } }
      calls().resend(again, clock.now() + retryDelayMs(attempts, random))
      return NO_CREDITS
    }
    this.#settledBy = Math.max(this.#settledBy, made.sentAt + rules.timeoutMs)
    ledger.lose(wire)
    this.#settle(call, made)
    return call.reservation
  }

  #settle(call: OpenedCall, made: Made): void {
    const { rules, pace, work, clock, random, canary, coolDown, finished } = this.#parts
    const { maxAttempts, onUnknown } = rules
    const fate = fateOf(call, made, { maxAttempts, onUnknown, unwell: pace.unwell })
    if (fate.kind !== 'end') canary.returned()
    if (fate.kind === 'front') work.putFront(call.item)
    if (fate.kind === 'back') {
      work.putBack({ ...call.item, attempts: fate.attempts }, clock.now() + retryDelayMs(fate.attempts, random))
    }
    finished(finish(call, made, fate, coolDown))
  }

  #observe(made: Made): void {
    const { totals, pace } = this.#parts
    const { kind } = made.reading.outcome
    if (made.sent) totals.count('sent')
    if (kind === 'throttled') totals.count('throttled')
    if (kind === 'try-again') totals.count('failed')
    if (kind === 'unknown') totals.count('unknown')
    this.#latencyMs += (made.latencyMs - this.#latencyMs) / 16
    const sample = sampleOf(made)
    if (sample !== null) pace.observe(sample)
  }
}

/** What a call shows of the vendor's health; null: nothing (no credits, no credentials). */
function sampleOf(made: Made): Sample | null {
  const { kind, retryAfterMs } = made.reading.outcome
  if (kind === 'credits-exhausted' || kind === 'credentials-refused') return null
  const { sentAt, at, latencyMs } = made
  const bad = kind === 'throttled' ? 'throttled' : kind === 'try-again' || kind === 'unknown' ? 'failed' : 'ok'
  return { kind: bad, sentAt, at, latencyMs, retryAfterMs: bad === 'ok' ? null : (retryAfterMs ?? null) }
}
