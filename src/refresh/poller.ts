import type { Clock } from '../domain/clock.ts'
import { type Credits, NO_CREDITS } from '../domain/credits.ts'
import type { Ledger, Wire } from '../domain/ledger.ts'
import type { StopReason } from '../domain/run.ts'
import type { CallMaker } from './call-maker.ts'
import type { CallsInFlight } from './calls-in-flight.ts'
import type { Interpretation } from './interpret.ts'
import { messageOf } from './mapping.ts'
import type { Log } from './ports/log.ts'
import type { Pace, Sample } from './ports/pace.ts'
import type { OpenedCall, VendorJob } from './ports/store.ts'
import type { AsyncRules, Exchange, VendorClient } from './ports/vendor.ts'
import type { Sender } from './sender.ts'
import { requestFor, type Standing, standingOf } from './vendor-jobs.ts'

export interface PollerParts {
  readonly async: AsyncRules
  readonly sender: Sender
  readonly maker: CallMaker
  readonly vendor: VendorClient
  readonly ledger: Ledger
  readonly lease: { readonly sure: boolean }
  readonly calls: () => CallsInFlight
  readonly pace: Pace
  readonly clock: Clock
  readonly log: Log
  readonly hide: (text: string) => string
  readonly stop: (reason: StopReason, detail: string) => void
}

/** A job is asked after the less often the older it is: its results wait no more than this share of its age. */
const SHARE_OF_AGE = 1 / 8

interface Polled {
  readonly exchange: Exchange
  readonly reading: Interpretation
  readonly sentAt: number
}

type SubmittedCall = OpenedCall & { readonly vendorJob: VendorJob }

/** Asks after calls that the vendor works on as jobs of its own, until their results are there or nobody can know. */
export class Poller {
  readonly #parts: PollerParts
  /** Calls of which it was told that no poll brought an answer. */
  readonly #silent = new Set<number>()

  constructor(parts: PollerParts) {
    this.#parts = parts
  }

  /** Asks once; resolves to what the call turned out to cost, or holds where nobody will know, nothing otherwise. */
  async poll(call: SubmittedCall): Promise<Credits> {
    const { ledger, vendor, maker, clock, lease, async } = this.#parts
    const wire = ledger.sendAgain(call.reservation)
    const sentAt = clock.now()
    const request = this.#byConfig(() => requestFor(call.vendorJob, async))
    if (request === null) return this.#askLater(call, async.everyMs)
    const exchange = await vendor.send(request, null, () => lease.sure)
    const reading = maker.interpret(exchange)
    this.#observe(exchange, reading, sentAt)
    const standing = this.#byConfig(() => standingOf(exchange, reading, call.vendorJob, async))
    if (standing === null) return this.#askLater(call, async.everyMs)
    return this.#follow(call, wire, standing, { exchange, reading, sentAt })
  }

  /** What the config's functions answer; null where they throw, which stops the run: they would throw each time. */
  #byConfig<T>(answer: () => T): T | null {
    try {
      return answer()
    } catch (error) {
      this.#parts.stop('error', this.#parts.hide(messageOf(error)))
      return null
    }
  }

  #follow(call: SubmittedCall, wire: Wire, standing: Standing, { exchange, reading, sentAt }: Polled): Credits {
    const { sender, maker, async, stop, clock } = this.#parts
    const read = (outcome: Interpretation['outcome']) => maker.read(call, exchange, { ...reading, outcome }, sentAt)
    const lose = (reason: string) => sender.lose(call, wire, read({ kind: 'unknown', reason }))
    switch (standing.kind) {
      case 'ended':
        return sender.answered(call, wire, read(reading.outcome))
      case 'failed':
        return sender.answered(
          call,
          wire,
          read({ kind: 'try-again', reason: 'the vendor says that its job has failed' }),
        )
      case 'gone':
        return lose(standing.reason)
      case 'refused':
        stop('error', `the vendor refuses the credentials (${reading.outcome.reason})`)
        return this.#askLater(call, async.everyMs)
      case 'fetch':
        sender.heard(wire, reading)
        return this.#askLater({ ...call, vendorJob: { ...call.vendorJob, results: standing.request } }, 0)
      case 'running': {
        sender.heard(wire, reading)
        const ageMs = clock.now() - call.vendorJob.since
        if (ageMs > async.withinMs) return lose(`no results within ${Math.round(async.withinMs / 1000)} s`)
        if (standing.silent !== null) this.#tellSilence(call, standing.silent)
        const waitMs = Math.min(Math.max(async.everyMs, ageMs * SHARE_OF_AGE), async.withinMs - ageMs + 1)
        return this.#askLater(call, reading.outcome.retryAfterMs ?? waitMs)
      }
    }
  }

  #askLater(call: SubmittedCall, waitMs: number): Credits {
    const { calls, clock } = this.#parts
    calls().later(call, clock.now() + waitMs)
    return NO_CREDITS
  }

  #tellSilence({ n, vendorJob }: SubmittedCall, reason: string): void {
    if (this.#silent.has(n)) return
    this.#silent.add(n)
    this.#parts.log.warn(
      { call: n, vendorJob: vendorJob.id, reason },
      'no answer about a job of the vendor: asking again',
    )
  }

  #observe(exchange: Exchange, { outcome }: Interpretation, sentAt: number): void {
    const { pace, clock } = this.#parts
    const answered = exchange.kind === 'reply' && outcome.kind !== 'try-again'
    const kind: Sample['kind'] = outcome.kind === 'throttled' ? 'throttled' : answered ? 'ok' : 'failed'
    const retryAfterMs = kind === 'ok' ? null : (outcome.retryAfterMs ?? null)
    const quotas = exchange.kind === 'reply' ? exchange.quotas : undefined
    if (outcome.kind !== 'credentials-refused')
      pace.observe({ kind, sentAt, at: clock.now(), latencyMs: exchange.latencyMs, retryAfterMs, quotas })
  }
}
