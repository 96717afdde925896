import type { Wire } from '../../domain/balance-belief.ts'
import { type Credits, most, NO_CREDITS } from '../../domain/credits.ts'
import { LatencyCounter } from '../../domain/latency-counts.ts'
import type { Ledger } from '../../domain/ledger.ts'
import type { OutcomeKind } from '../../domain/outcome.ts'
import type { AccountWatch } from '../balance/account-watch.ts'
import type { CreditRefusals } from '../balance/credit-refusals.ts'
import type { Interpretation } from '../classify/interpret.ts'
import type { CallResult } from '../classify/reply-reader.ts'
import { errorKind } from '../error-counts.ts'
import type { CallOutcome, RunProbe } from '../events.ts'
import type { NamedJob, OpenedCall } from '../ports/calls.ts'
import type { Sample } from '../ports/pace.ts'
import { Dispositions, type DispositionsParts } from '../settle/dispositions.ts'
import { lost, released, settlesWithinMs } from '../settle/settlement.ts'
import type { Totals } from '../totals.ts'
import type { CallMaker, Prepared } from './call-maker.ts'
import type { CallsInFlight } from './calls-in-flight.ts'
import { retryDelayMs } from './retry-delay.ts'
import { Unsendable } from './unsendable.ts'

export interface SenderParts extends DispositionsParts {
  readonly maker: CallMaker
  readonly ledger: Ledger
  readonly totals: Totals
  readonly account: AccountWatch
  readonly refusals: CreditRefusals
  readonly calls: () => CallsInFlight
  readonly probe?: RunProbe | undefined
}

/** Sends calls, books what they cost, and decides what becomes of their items. */
export class Sender {
  readonly #parts: SenderParts
  readonly #dispositions: Dispositions
  /** Of calls that were sent, until a snapshot takes them. */
  readonly latencies = new LatencyCounter()
  readonly #unsendable: Unsendable
  #latencyMs = 20
  /** When the vendor has certainly dealt with every call whose reply was lost, monotonic ms. */
  #resolvableAt: number

  constructor(parts: SenderParts, resolvableAt: number) {
    this.#parts = parts
    this.#dispositions = new Dispositions(parts)
    this.#unsendable = new Unsendable(parts.totals.run.calls.sent > 0)
    this.#resolvableAt = resolvableAt
  }

  /** Mean time of a call of late, ms. */
  get latencyMs(): number {
    return this.#latencyMs
  }
  get resolvableAt(): number {
    return this.#resolvableAt
  }

  /** Sends one call; resolves, when its outcome is ready to be committed, to what it cost or holds. */
  async send(opened: OpenedCall, again: boolean): Promise<Credits> {
    const { maker, ledger } = this.#parts
    const call = again ? { earlier: NO_CREDITS, ...opened } : opened
    const prepared = maker.prepare(call)
    if (!('request' in prepared)) return this.#cannotSend(call, again, prepared)
    if (!again && this.#isMadeOfMore(call)) return this.#openAnew(call)
    const wire = again ? ledger.sendAgain(call.reservation) : ledger.send(call.reservation)
    const made = await maker.make(call, prepared.request)
    this.#observe(made)
    if (made.submitted !== undefined) return this.#submitted(call, made.submitted, wire, made)
    if (again && !isAnswer(made)) return this.#stillUnanswered(call, wire, made)
    return made.reading.outcome.kind === 'unknown'
      ? this.#unanswered(call, wire, made)
      : this.answered(call, wire, made)
  }

  /** A request has read a column since that the database does not keep for this call: it could not be made again. */
  #isMadeOfMore({ keptColumns }: OpenedCall): boolean {
    return keptColumns !== undefined && (this.#parts.maker.columnsRead?.length ?? 0) > keptColumns.length
  }

  /** Nothing was sent: its items go first in the next calls. */
  #openAnew(call: OpenedCall): Credits {
    this.#parts.ledger.release(call.reservation)
    this.#dispositions.giveBack(call)
    this.#parts.finished(released(call, null, null))
    return NO_CREDITS
  }

  /** The vendor works on it: that is committed at once, and what came of it is asked for later. */
  #submitted(call: OpenedCall, job: NamedJob, wire: Wire, made: CallResult): Credits {
    const { calls, clock, finished, rules } = this.#parts
    this.heard(wire, made.reading)
    const { n, nonce, reservation, openedAt } = call
    const { sentAt, reading } = made
    const nothing = { cost: NO_CREDITS, saved: NO_CREDITS, status: reading.status, items: [] }
    finished({ n, nonce, state: 'submitted', reservation, openedAt, sentAt, vendorJob: job, ...nothing })
    const { everyMs = 0, withinMs = 0 } = rules.async ?? {}
    const waitMs = Math.min(Math.max(reading.outcome.retryAfterMs ?? 0, everyMs), withinMs)
    calls().later({ ...call, vendorJob: { ...job, since: sentAt, seenAt: clock.monotonic() } }, waitMs)
    return NO_CREDITS
  }

  /** A balance in a reply that settles nothing; where there is an endpoint, that one tells better. */
  heard(wire: Wire, { balance }: Interpretation): void {
    const { account, ledger, rules } = this.#parts
    // A first balance would be taken for what it was before the call, which it may know of already.
    if (balance !== null && rules.balance === null && ledger.expected !== null)
      account.heard(balance, ledger.report(balance, wire))
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
      this.#dispositions.split(call, 'fits' in why ? why.fits : null)
      finished(released(call, null, null))
    } else {
      const problem = 'problem' in why ? why.problem : why.tooLong
      const wrong = this.#unsendable.record(problem)
      if (wrong !== null) this.#parts.stop('error', wrong)
      finished(released(call, problem, clock.now() + coolDown.failedMs))
    }
    return NO_CREDITS
  }

  /** Books what the call cost, and decides what becomes of its items. */
  answered(call: OpenedCall, wire: Wire, made: CallResult): Credits {
    const { ledger, account, batchSizes } = this.#parts
    const { reading, cost } = made
    if (reading.outcome.kind === 'fresh') batchSizes.passed(call.items.length)
    const balance = account.ofPlan(reading.balance, call.openedAt)
    const report = ledger.reply(wire, cost, balance)
    account.charged(call.openedAt, made.at, cost)
    if (balance !== null) account.heard(balance, report)
    if (reading.ignored !== null) account.ignore(reading.ignored)
    this.#dispositions.settle(call, made)
    this.#stopIfTold(made)
    return cost
  }

  #stopIfTold({ reading, items }: CallResult): void {
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

  /**
   * The same call was sent before, and may have been charged then: a refusal now (too fast, in progress, no credits
   * left) does not say that it was not. It goes out again under its key until there is an answer; a run that stops
   * leaves it open for the next.
   */
  #stillUnanswered(sent: OpenedCall, wire: Wire, made: CallResult): Credits {
    const { calls, random } = this.#parts
    const { kind, reason, retryAfterMs } = made.reading.outcome
    const call = { ...sent, earlier: most(sent.earlier ?? NO_CREDITS, made.reading.charge ?? NO_CREDITS) }
    this.#stopIfTold(made)
    if (kind === 'throttled' || kind === 'credits-exhausted' || kind === 'credentials-refused') {
      calls().later(call, retryAfterMs ?? retryDelayMs(call.items[0]?.item.attempts ?? 1, random))
      return NO_CREDITS
    }
    const outcome = { kind: 'unknown', reason } as const
    const items = made.items.map((item) => ({ ...item, outcome }))
    return this.#unanswered(call, wire, { ...made, reading: { ...made.reading, outcome }, items })
  }

  #unanswered(call: OpenedCall, wire: Wire, made: CallResult): Credits {
    const { rules, random, calls, batchSizes } = this.#parts
    if (made.latencyMs >= rules.timeoutMs) batchSizes.timedOut(call.items.length)
    // By the item that was tried least: all of them are through when the call is given up, and none is paid for again.
    const attempts = call.items.reduce((least, { item }) => Math.min(least, item.attempts), rules.maxAttempts) + 1
    if (rules.idempotent && attempts < rules.maxAttempts) {
      const items = call.items.map((asked) => ({
        ...asked,
        item: { ...asked.item, attempts: asked.item.attempts + 1 },
      }))
      calls().later({ ...call, items }, retryDelayMs(attempts, random))
      return NO_CREDITS
    }
    return this.lose(call, wire, made)
  }

  /** Nobody will know what came of the call: it holds its reservation. `ageMs`: how long ago it went onto the wire. */
  lose(call: OpenedCall, wire: Wire, made: CallResult, ageMs: number = made.latencyMs): Credits {
    const { ledger, rules, clock } = this.#parts
    this.#resolvableAt = Math.max(this.#resolvableAt, clock.monotonic() - ageMs + settlesWithinMs(rules))
    ledger.lose(wire)
    this.#dispositions.settle(call, made)
    return call.reservation
  }

  #observe(made: CallResult): void {
    const { totals, pace, rules, probe } = this.#parts
    const kind = healthOf(made)
    if (made.sent) this.#unsendable.sent()
    if (made.sent) totals.count('sent')
    if (kind === 'throttled') totals.count('throttled')
    if (kind === 'try-again') totals.count('failed')
    if (kind === 'unknown') totals.count('unknown')
    if (made.sent) this.latencies.add(made.latencyMs)
    if (kind === 'try-again' || kind === 'unknown')
      totals.erred(errorKind(made.reading.status, made.latencyMs, rules.timeoutMs))
    probe?.call(countedAs(kind), made.sent ? made.latencyMs : null)
    this.#latencyMs += (made.latencyMs - this.#latencyMs) / 16
    const sample = sampleOf(kind, made)
    if (sample !== null) pace.observe(sample)
  }
}

/** A reply that settles a call which was sent before: it was served, now or then. */
function isAnswer({ reading, cost }: CallResult): boolean {
  const { kind } = reading.outcome
  return kind === 'fresh' || kind === 'not-found' || (kind === 'give-up' && (reading.unreadable || cost > 0))
}

/** What a call says of the vendor: one throttled record throttles; failures count where nothing else came. */
function healthOf({ reading, items, submitted }: CallResult): OutcomeKind {
  const { kind } = reading.outcome
  if (kind !== 'fresh' || submitted !== undefined) return kind
  if (items.some(({ outcome }) => outcome.kind === 'throttled')) return 'throttled'
  return items.every(({ outcome }) => outcome.kind === 'try-again') ? 'try-again' : 'fresh'
}

function countedAs(kind: OutcomeKind): CallOutcome {
  if (kind === 'try-again') return 'failed'
  return kind === 'throttled' || kind === 'unknown' ? kind : 'ok'
}

/** What a call shows of the vendor's health; null: nothing (no credits, no credentials). */
function sampleOf(kind: OutcomeKind, { reading, sentAt, at, latencyMs, quotas }: CallResult): Sample | null {
  if (kind === 'credits-exhausted' || kind === 'credentials-refused') return null
  const bad = kind === 'throttled' ? 'throttled' : kind === 'try-again' || kind === 'unknown' ? 'failed' : 'ok'
  const retryAfterMs = bad === 'ok' ? null : (reading.outcome.retryAfterMs ?? null)
  return { kind: bad, sentAt, at, latencyMs, retryAfterMs, quotas }
}
