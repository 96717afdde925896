import type { InFlight } from '../../domain/balance-belief.ts'
import { most, NO_CREDITS } from '../../domain/credits.ts'
import type { Ledger } from '../../domain/ledger.ts'
import type { CallResult } from '../classify/reply-reader.ts'
import type { NamedJob, OpenedCall } from '../ports/calls.ts'
import type { CallBooks } from '../settle/call-books.ts'
import type { Dispositions, DispositionsParts } from '../settle/dispositions.ts'
import { lost, released } from '../settle/settlement.ts'
import type { CallHealth } from './call-health.ts'
import type { CallMaker, Prepared } from './call-maker.ts'
import type { Sent } from './open-calls.ts'
import { retryDelayMs } from './retry-delay.ts'
import { Unsendable } from './unsendable.ts'

export interface SenderParts
  extends Pick<DispositionsParts, 'rules' | 'clock' | 'random' | 'coolDown' | 'batchSizes' | 'finished' | 'stop'> {
  readonly maker: CallMaker
  readonly ledger: Ledger
  readonly books: CallBooks
  readonly dispositions: Dispositions
  readonly health: CallHealth
  /** The run has sent calls before this process. */
  readonly sentBefore: boolean
}

const NOTHING_SENT: Sent = { cost: NO_CREDITS, later: null }

/** Sends calls, and sees to it that each ends: answered, lost, released, or sent again. */
export class Sender {
  readonly #parts: SenderParts
  readonly #unsendable: Unsendable

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.#unsendable = new Unsendable(parts.sentBefore)
  }

  /** Sends one call; resolves when its outcome is ready to be committed, or it is to go out again. */
  async send(opened: OpenedCall, again: boolean): Promise<Sent> {
    const { maker, ledger, health, books } = this.#parts
    const call = again ? { earlier: NO_CREDITS, ...opened } : opened
    const prepared = maker.prepare(call)
    if (!('request' in prepared)) return this.#cannotSend(call, again, prepared)
    if (!again && this.#isMadeOfMore(call)) return this.#openAnew(call)
    const inFlight = again ? ledger.sendAgain(call.reservation) : ledger.send(call.reservation)
    const result = await maker.make(call, prepared.request)
    if (result.sent) this.#unsendable.sent()
    health.observe(result)
    if (result.submitted !== undefined) return this.#submitted(call, result.submitted, inFlight, result)
    if (again && !isAnswer(result)) return this.#stillUnanswered(call, inFlight, result)
    if (result.reading.outcome.kind === 'unknown') return this.#unanswered(call, inFlight, result)
    return { cost: books.answered(call, inFlight, result), later: null }
  }

  /** A request has read a column since that the database does not keep for this call: it could not be made again. */
  #isMadeOfMore({ keptColumns }: OpenedCall): boolean {
    return keptColumns !== undefined && (this.#parts.maker.columnsRead?.length ?? 0) > keptColumns.length
  }

  /** Nothing was sent: its items go first in the next calls. */
  #openAnew(call: OpenedCall): Sent {
    const { ledger, dispositions, finished } = this.#parts
    ledger.release(call.reservation)
    dispositions.giveBack(call)
    finished(released(call, null, null))
    return NOTHING_SENT
  }

  /** The vendor works on it: that is committed at once, and what came of it is asked for later. */
  #submitted(call: OpenedCall, job: NamedJob, inFlight: InFlight, result: CallResult): Sent {
    const { books, clock, finished, rules } = this.#parts
    books.heard(inFlight, result.reading)
    const { n, nonce, reservation, openedAt } = call
    const { sentAt, reading } = result
    const nothing = { cost: NO_CREDITS, saved: NO_CREDITS, status: reading.status, items: [] }
    finished({ n, nonce, state: 'submitted', reservation, openedAt, sentAt, vendorJob: job, ...nothing })
    const { everyMs = 0, withinMs = 0 } = rules.async ?? {}
    const ms = Math.min(Math.max(reading.outcome.retryAfterMs ?? 0, everyMs), withinMs)
    const vendorJob = { ...job, since: sentAt, seenAt: clock.monotonic() }
    return { cost: NO_CREDITS, later: { call: { ...call, vendorJob }, ms } }
  }

  #cannotSend(call: OpenedCall, again: boolean, why: Exclude<Prepared, { request: unknown }>): Sent {
    const { ledger, clock, coolDown, finished, rules, dispositions, stop } = this.#parts
    if (again) {
      ledger.lose(ledger.sendAgain(call.reservation))
      finished(lost(call, { ...rules, onUnknown: 'skip' }))
      return { cost: call.reservation, later: null }
    }
    ledger.release(call.reservation)
    if (call.items.length > 1) {
      dispositions.split(call, 'fits' in why ? why.fits : null)
      finished(released(call, null, null))
    } else {
      const problem = 'problem' in why ? why.problem : why.tooLong
      const wrong = this.#unsendable.record(problem)
      if (wrong !== null) stop('error', wrong)
      finished(released(call, problem, clock.now() + coolDown.failedMs))
    }
    return NOTHING_SENT
  }

  /**
   * The same call was sent before, and may have been charged then: a refusal now (too fast, in progress, no credits
   * left) does not say that it was not. It goes out again under its key until there is an answer; a run that stops
   * leaves it open for the next.
   */
  #stillUnanswered(sent: OpenedCall, inFlight: InFlight, result: CallResult): Sent {
    const { books, random } = this.#parts
    const { kind, reason, retryAfterMs } = result.reading.outcome
    const call = { ...sent, earlier: most(sent.earlier ?? NO_CREDITS, result.reading.charge ?? NO_CREDITS) }
    books.refused(result)
    if (kind === 'throttled' || kind === 'credits-exhausted' || kind === 'credentials-refused') {
      const ms = retryAfterMs ?? retryDelayMs(call.items[0]?.item.attempts ?? 1, random)
      return { cost: NO_CREDITS, later: { call, ms } }
    }
    const outcome = { kind: 'unknown', reason } as const
    const items = result.items.map((item) => ({ ...item, outcome }))
    return this.#unanswered(call, inFlight, { ...result, reading: { ...result.reading, outcome }, items })
  }

  #unanswered(call: OpenedCall, inFlight: InFlight, result: CallResult): Sent {
    const { rules, random, books, batchSizes } = this.#parts
    if (result.latencyMs >= rules.timeoutMs) batchSizes.timedOut(call.items.length)
    // By the item that was tried least: all of them are through when the call is given up, and none is paid for again.
    const attempts = call.items.reduce((least, { item }) => Math.min(least, item.attempts), rules.maxAttempts) + 1
    if (!rules.idempotent || attempts >= rules.maxAttempts) {
      return { cost: books.lost(call, inFlight, result), later: null }
    }
    const items = call.items.map((asked) => ({ ...asked, item: { ...asked.item, attempts: asked.item.attempts + 1 } }))
    return { cost: NO_CREDITS, later: { call: { ...call, items }, ms: retryDelayMs(attempts, random) } }
  }
}

/** A reply that settles a call which was sent before: it was served, now or then. */
function isAnswer({ reading, cost }: CallResult): boolean {
  const { kind } = reading.outcome
  return kind === 'fresh' || kind === 'not-found' || (kind === 'give-up' && (reading.unreadable || cost > 0))
}
