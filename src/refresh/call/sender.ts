import type { Ledger } from '../../domain/books/ledger.ts'
import type { InFlight } from '../../domain/books/told.ts'
import { most, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { CallResult } from '../classify/reply-reader.ts'
import type { NamedJob, OpenedCall } from '../ports/calls.ts'
import type { CallBooks } from '../settle/call-books.ts'
import type { Dispositions, DispositionsParts } from '../settle/dispositions.ts'
import { lost, released } from '../settle/settlement.ts'
import type { CallHealth } from './call-health.ts'
import type { CallMaker, Prepared } from './call-maker.ts'
import type { Sent } from './open-calls.ts'
import { retryDelayMs } from './retry-delay.ts'

export interface SenderParts
  extends Pick<DispositionsParts, 'rules' | 'clock' | 'random' | 'coolDown' | 'batchSizes' | 'finished'> {
  readonly maker: CallMaker
  readonly ledger: Ledger
  readonly books: CallBooks
  readonly dispositions: Dispositions
  readonly health: CallHealth
  readonly stopping: { stopForMisfit(detail: string): void }
  /** Earlier processes have sent calls for this run. */
  readonly sentBefore: boolean
}

/** If no request could be made for the first this many records, the config is at fault and the run stops. */
const UNSENDABLE_RECORDS = 50
const NOTHING_SENT: Sent = { cost: NO_CREDITS, later: null }

/** Sends calls; each ends as answered, lost or released, or is sent again. */
export class Sender {
  readonly #parts: SenderParts
  /** The run has sent a call. */
  #hasSent: boolean
  /** Records for which no request could be made. */
  #unsendable = 0

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.#hasSent = parts.sentBefore
  }

  /** Sends one call; resolves when its outcome is ready to be committed, or when it is to be sent again. */
  async send(opened: OpenedCall, again: boolean): Promise<Sent> {
    const { maker, ledger, health, books } = this.#parts
    const call = again ? { earlier: NO_CREDITS, ...opened } : opened
    const prepared = maker.prepare(call)
    if (!('request' in prepared)) return this.#cannotSend(call, again, prepared)
    if (!again && this.#isMadeOfMore(call)) return this.#openAnew(call)
    const inFlight = again ? ledger.belief.sendAgain(call.reservation) : ledger.belief.send(call.reservation)
    const result = await maker.make(call, prepared.request)
    if (result.sent) this.#hasSent = true
    health.observe(result)
    if (result.submitted !== undefined) return this.#submitted(call, result.submitted, inFlight, result)
    if (again && !isAnswer(result)) return this.#stillUnanswered(call, inFlight, result)
    if (result.reading.outcome.kind === 'unknown') return this.#unanswered(call, inFlight, result)
    return { cost: books.answered(call, inFlight, result), later: null }
  }

  /** Requests now read a column that was not stored with this call, so a resume could not repeat its request. */
  #isMadeOfMore({ keptColumns }: OpenedCall): boolean {
    return keptColumns !== undefined && (this.#parts.maker.reader.columnsRead?.length ?? 0) > keptColumns.length
  }

  /** Releases the call unsent; its items go first in the next calls. */
  #openAnew(call: OpenedCall): Sent {
    const { ledger, dispositions, finished } = this.#parts
    ledger.release(call.reservation)
    dispositions.giveBack(call)
    finished(released(call, null, null))
    return NOTHING_SENT
  }

  /** The vendor has taken the call as a job: this is committed at once, and the job is polled later. */
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
    const { ledger, clock, coolDown, finished, rules, dispositions, stopping } = this.#parts
    if (again) {
      ledger.lose(ledger.belief.sendAgain(call.reservation))
      finished(lost(call, { ...rules, onUnknown: 'skip' }))
      return { cost: call.reservation, later: null }
    }
    ledger.release(call.reservation)
    if (call.items.length > 1) {
      dispositions.split(call, 'fits' in why ? why.fits : null)
      finished(released(call, null, null))
    } else {
      const problem = 'problem' in why ? why.problem : why.tooLong
      this.#unsendable += 1
      if (!this.#hasSent && this.#unsendable >= UNSENDABLE_RECORDS)
        stopping.stopForMisfit(
          `nothing could be sent for any of the first ${this.#unsendable} records. The last: ${problem}`,
        )
      finished(released(call, problem, clock.now() + coolDown.failedMs))
    }
    return NOTHING_SENT
  }

  /**
   * The call was sent before and may have been charged then: a refusal now (too fast, in progress, no credits left) does
   * not prove otherwise. It is sent again under its key until it is answered; a run that stops leaves it open for the next
   * process.
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
    // The item with the fewest attempts decides: giving up the call ends all its items.
    const attempts = call.items.reduce((least, { item }) => Math.min(least, item.attempts), rules.maxAttempts) + 1
    if (!rules.idempotent || attempts >= rules.maxAttempts) {
      return { cost: books.lost(call, inFlight, result), later: null }
    }
    const items = call.items.map((asked) => ({ ...asked, item: { ...asked.item, attempts: asked.item.attempts + 1 } }))
    return { cost: NO_CREDITS, later: { call: { ...call, items }, ms: retryDelayMs(attempts, random) } }
  }
}

/** True for a reply that settles a repeated call: it was served, now or the first time. */
function isAnswer({ reading, cost }: CallResult): boolean {
  const { kind } = reading.outcome
  return kind === 'fresh' || kind === 'not-found' || (kind === 'give-up' && (reading.unreadable || cost > 0))
}
