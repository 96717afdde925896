import type { Clock } from '../domain/clock.ts'
import { type Credits, NO_CREDITS } from '../domain/credits.ts'
import type { Ledger, Wire } from '../domain/ledger.ts'
import type { OutcomeKind } from '../domain/outcome.ts'
import type { StopReason } from '../domain/run.ts'
import type { AccountWatch } from './account-watch.ts'
import type { CallMaker, ItemReading, Made, Prepared } from './call-maker.ts'
import type { CallsInFlight } from './calls-in-flight.ts'
import type { Canary } from './canary.ts'
import type { Pace, Sample } from './ports/pace.ts'
import type { CallItem, FinishedCall, OpenedCall } from './ports/store.ts'
import type { VendorRules } from './ports/vendor.ts'
import { retryDelayMs } from './retry-delay.ts'
import { type CoolDown, type Fate, fateOf, finish, lost, refusedWhole, released } from './settlement.ts'
import type { Slices } from './slices.ts'
import type { Totals } from './totals.ts'
import type { WorkList } from './work-list.ts'

export interface SenderParts {
  readonly maker: CallMaker
  readonly ledger: Ledger
  readonly work: WorkList
  readonly totals: Totals
  readonly canary: Canary
  readonly slices: Slices
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
    if (!('request' in prepared)) return this.#cannotSend(call, again, prepared)
    const wire = again ? ledger.sendAgain(call.reservation) : ledger.send(call.reservation)
    const made = await maker.make(call, prepared.request)
    this.#observe(made)
    return made.reading.outcome.kind === 'unknown'
      ? this.#unanswered(call, wire, made)
      : this.#answered(call, wire, made)
  }

  #cannotSend(call: OpenedCall, again: boolean, why: Exclude<Prepared, { request: unknown }>): Credits {
    const { ledger, clock, coolDown, finished, rules } = this.#parts
    if (again) {
      ledger.lose(ledger.sendAgain(call.reservation))
      finished(lost(call, { ...rules, onUnknown: 'skip' }))
      return call.reservation
    }
    ledger.release(call.reservation)
    if (call.items.length > 1) {
      this.#split(call, 'fits' in why ? why.fits : null)
      finished(released(call, null, null))
    } else {
      const problem = 'problem' in why ? why.problem : why.tooLong
      finished(released(call, problem, clock.now() + coolDown.failedMs))
    }
    return NO_CREDITS
  }

  /** The call's items go again, in smaller calls: in halves, or, where the call was too long, no more than `fit`. */
  #split({ items }: OpenedCall, fit: number | null): void {
    const { slices, work, canary } = this.#parts
    const half = Math.ceil(items.length / 2)
    if (fit !== null) slices.shrink(fit)
    else
      slices.narrow(
        items.map(({ item }) => item.seq),
        half,
      )
    for (const { item } of items) {
      canary.returned()
      work.putFront(item)
    }
  }

  #answered(call: OpenedCall, wire: Wire, made: Made): Credits {
    const { ledger, account } = this.#parts
    const { reading, cost } = made
    const report = ledger.reply(wire, cost, reading.balance)
    if (reading.balance !== null) account.heard(reading.balance, report)
    if (reading.ignored !== null) account.ignore(reading.ignored)
    this.#settle(call, made)
    this.#stopIfTold(made)
    return cost
  }

  #stopIfTold({ reading, items }: Made): void {
    const { stop } = this.#parts
    const exhausted = items.find(({ outcome }) => outcome.kind === 'credits-exhausted')?.outcome
    if (exhausted !== undefined) {
      stop('credits-exhausted', `the vendor says that no credits are left (${exhausted.reason})`)
    }
    const { kind, reason } = reading.outcome
    if (kind === 'credentials-refused') stop('error', `the vendor refuses the credentials (${reason})`)
  }

  #unanswered(call: OpenedCall, wire: Wire, made: Made): Credits {
    const { ledger, rules, clock, random, calls } = this.#parts
    const attempts = Math.max(...call.items.map(({ item }) => item.attempts)) + 1
    if (rules.idempotent && attempts < rules.maxAttempts) {
      const items = call.items.map(({ item, row }) => ({ item: { ...item, attempts: item.attempts + 1 }, row }))
      calls().resend({ ...call, items }, clock.now() + retryDelayMs(attempts, random))
      return NO_CREDITS
    }
    // A call may have waited for its access token before it was on the wire.
    const onWireAt = Math.max(made.sentAt, made.at - made.latencyMs)
    this.#settledBy = Math.max(this.#settledBy, onWireAt + rules.timeoutMs)
    ledger.lose(wire)
    this.#settle(call, made)
    return call.reservation
  }

  #settle(call: OpenedCall, made: Made): void {
    const { coolDown, finished } = this.#parts
    const whole = refusedWhole(call, made)
    if (whole) this.#split(call, made.reading.status === 413 ? Math.ceil(call.items.length / 2) : null)
    const fates = call.items.map((asked, at): Fate => {
      return whole ? { kind: 'split' } : this.#settleItem(asked, made.items[at] as ItemReading)
    })
    finished(finish(call, made, fates, coolDown))
  }

  #settleItem({ item }: CallItem, reading: ItemReading): Fate {
    const { rules, pace, work, clock, random, canary, slices } = this.#parts
    const { maxAttempts, onUnknown } = rules
    if (reading.paid) canary.paid(item.seq, reading.shown)
    const fate = fateOf(item, reading, { maxAttempts, onUnknown, unwell: pace.unwell })
    if (fate.kind === 'end') slices.forget(item.seq)
    else canary.returned()
    if (fate.kind === 'front') work.putFront(item)
    if (fate.kind === 'back') {
      work.putBack({ ...item, attempts: fate.attempts }, clock.now() + retryDelayMs(fate.attempts, random))
    }
    return fate
  }

  #observe(made: Made): void {
    const { totals, pace } = this.#parts
    const kind = healthOf(made)
    if (made.sent) totals.count('sent')
    if (kind === 'throttled') totals.count('throttled')
    if (kind === 'try-again') totals.count('failed')
    if (kind === 'unknown') totals.count('unknown')
    this.#latencyMs += (made.latencyMs - this.#latencyMs) / 16
    const sample = sampleOf(kind, made)
    if (sample !== null) pace.observe(sample)
  }
}

/** What a call says of the vendor: one throttled record throttles; failures count where nothing else came. */
function healthOf({ reading, items }: Made): OutcomeKind {
  const { kind } = reading.outcome
  if (kind !== 'fresh') return kind
  if (items.some(({ outcome }) => outcome.kind === 'throttled')) return 'throttled'
  return items.every(({ outcome }) => outcome.kind === 'try-again') ? 'try-again' : 'fresh'
}

/** What a call shows of the vendor's health; null: nothing (no credits, no credentials). */
function sampleOf(kind: OutcomeKind, { reading, sentAt, at, latencyMs }: Made): Sample | null {
  if (kind === 'credits-exhausted' || kind === 'credentials-refused') return null
  const bad = kind === 'throttled' ? 'throttled' : kind === 'try-again' || kind === 'unknown' ? 'failed' : 'ok'
  const retryAfterMs = bad === 'ok' ? null : (reading.outcome.retryAfterMs ?? null)
  return { kind: bad, sentAt, at, latencyMs, retryAfterMs }
}
