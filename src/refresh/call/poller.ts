import type { Ledger } from '../../domain/books/ledger.ts'
import type { InFlight } from '../../domain/books/told.ts'
import { type Credits, most, NO_CREDITS } from '../../domain/credits/credits.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import type { StopReason } from '../../domain/run/run.ts'
import type { Interpretation } from '../classify/interpret.ts'
import type { OpenedCall, VendorJob } from '../ports/calls.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { AsyncRules, Exchange, VendorRequest, VendorRules } from '../ports/vendor.ts'
import type { CallBooks } from '../settle/call-books.ts'
import type { CallMaker } from './call-maker.ts'
import { asList, jobPartsOf, requestForMany, withoutBalance } from './job-parts.ts'
import type { Sent } from './open-calls.ts'
import { requestFor, type Standing, standingOf } from './vendor-jobs.ts'

export interface PollerParts extends Pick<RunParts, 'vendor' | 'pace' | 'clock' | 'log' | 'probe' | 'hide'> {
  readonly async: AsyncRules
  readonly rules: Pick<VendorRules, 'maxReplyBytes'>
  readonly books: CallBooks
  readonly maker: CallMaker
  readonly ledger: Ledger
  readonly lease: { readonly sure: boolean }
  readonly stop: (reason: StopReason, detail: string) => void
}

/** The interval between polls grows with the job's age: results wait no longer than this share of it. */
const SHARE_OF_AGE = 1 / 8
/** This many polls of one process must go unanswered before the job's outcome counts as unknown. */
const ASKED_AT_LEAST = 5
/** So many replies in a row that the config's functions cannot read are no accident. */
const MISREAD_IN_A_ROW = 3
/** A longer Retry-After is cut to this. */
const LONGEST_WAIT_MS = 900_000

interface Polled {
  readonly exchange: Exchange
  readonly reading: Interpretation
  readonly sentAt: number
  /** It is a part of a reply about several jobs, without that reply's headers. */
  readonly isPart?: boolean
}

/**
 * What the vendor says that a job cost. A part of a reply may not say it, where the reply's headers do: what was said when
 * the job was submitted, often 0, is then no more than the least (`earlier`), beside what its data cost by the config.
 */
function chargeOf({ vendorJob, earlier }: SubmittedCall, { reading, isPart = false }: Polled) {
  const { charge: submitted } = vendorJob
  if (isPart && reading.charge === null)
    return { charge: null, earlier: most(earlier ?? NO_CREDITS, submitted ?? NO_CREDITS) }
  return { charge: (reading.charge ?? 0) > 0 ? reading.charge : (submitted ?? reading.charge), earlier }
}

interface Asked {
  readonly call: SubmittedCall
  readonly inFlight: InFlight
}

export type SubmittedCall = OpenedCall & { readonly vendorJob: VendorJob }

/** Polls calls that the vendor works on as jobs, until their results arrive or they count as unknown. */
export class Poller {
  readonly #parts: PollerParts
  /** Calls whose unanswered polls have been logged. */
  readonly #silent = new Set<number>()
  /** Calls whose jobs no longer go into a poll of several, since one brought no answer that another one could bring. */
  readonly #alone = new Set<number>()
  /** Polls in a row whose replies the config's functions could not read. */
  #misread = 0
  /**
   * By call number: the job's age when this process submitted or first polled it, when that was (monotonic ms), and how
   * often this process has polled it.
   */
  readonly #known = new Map<number, { readonly ageMs: number; readonly at: number; asked: number }>()

  constructor(parts: PollerParts) {
    this.#parts = parts
  }

  /** Which of the waiting jobs are polled together with the first: those whose results are not being fetched. */
  together(first: OpenedCall, waiting: readonly OpenedCall[]): readonly OpenedCall[] {
    const { pollMany } = this.#parts.async
    const isJoint = ({ n, vendorJob }: OpenedCall) => vendorJob?.results === undefined && !this.#alone.has(n)
    return pollMany === null || !isJoint(first) ? [] : waiting.filter(isJoint).slice(0, pollMany.maxJobs - 1)
  }

  /** Polls the jobs once, with one request. */
  async poll(calls: readonly SubmittedCall[]): Promise<Sent[]> {
    const { ledger, async } = this.#parts
    const asked = calls.map((call) => {
      this.#knownOf(call).asked += 1
      return { call, inFlight: ledger.belief.poll(call.reservation) }
    })
    const request = this.#requestFor(calls)
    if (request === null) return calls.map((call) => this.#askLater(call, async.everyMs))
    const isFile = async.lines && calls[0]?.vendorJob.results !== undefined
    const polled = await this.#send(request, isFile)
    if (calls.length > 1) return this.#readMany(asked, polled)
    return asked.map(({ call, inFlight }) => this.#read(call, inFlight, polled))
  }

  /** Null where the config's function throws. That stops the run, since it would throw every time. */
  #requestFor(calls: readonly SubmittedCall[]): VendorRequest | null {
    const { async, hide, stop } = this.#parts
    const [first] = calls as readonly [SubmittedCall]
    try {
      if (calls.length === 1 || async.pollMany === null) return requestFor(first.vendorJob, async)
      return requestForMany([...new Set(calls.map(({ vendorJob }) => vendorJob.id))], async.pollMany)
    } catch (error) {
      stop('error', hide(messageOf(error)))
      return null
    }
  }

  async #send(request: VendorRequest, isFile: boolean): Promise<Polled> {
    const { vendor, maker, clock, lease, rules, probe } = this.#parts
    const sentAt = clock.now()
    const { bulk: maxReplyBytes } = rules.maxReplyBytes
    const reply = await vendor.send({ ...request, maxReplyBytes }, null, () => lease.sure)
    const exchange = isFile ? asList(reply) : reply
    probe?.exchanged?.(request, null, exchange)
    const reading = maker.reader.interpret(exchange)
    this.#observe(exchange, reading, sentAt)
    return { exchange, reading, sentAt }
  }

  #read(call: SubmittedCall, inFlight: InFlight, polled: Polled): Sent {
    return this.#follow(call, inFlight, this.#standingOf(call, polled), polled)
  }

  /** A reply that the config's functions cannot read is no answer; after some in a row, it is the functions that are wrong. */
  #standingOf(call: SubmittedCall, { exchange, reading, isPart }: Polled): Standing {
    const { async, hide, stop } = this.#parts
    try {
      const standing = standingOf(exchange, reading, call.vendorJob, async)
      this.#misread = 0
      return standing
    } catch (error) {
      const reason = hide(messageOf(error))
      if (isPart) this.#alone.add(call.n)
      else this.#misread += 1
      if (this.#misread === MISREAD_IN_A_ROW) stop('error', reason)
      return { kind: 'running', silent: reason }
    }
  }

  /** One reply about several jobs: each goes the way that it would go alone. A balance is not heard once for each. */
  #readMany(asked: readonly Asked[], { exchange, reading, sentAt }: Polled): Sent[] {
    const { maker, async } = this.#parts
    const said = jobPartsOf(exchange, reading, async.pollMany as NonNullable<AsyncRules['pollMany']>)
    return asked.map(({ call, inFlight }) => {
      if ('unanswered' in said) {
        if (!said.passes) this.#alone.add(call.n)
        const silent = { kind: 'running', silent: this.#parts.hide(said.unanswered) } as const
        const standing = reading.outcome.kind === 'credentials-refused' ? ({ kind: 'refused' } as const) : silent
        return this.#follow(call, inFlight, standing, { exchange, reading: withoutBalance(reading), sentAt })
      }
      const part = said.parts.get(call.vendorJob.id)
      if (part !== undefined) {
        const own = withoutBalance(maker.reader.interpret(part))
        return this.#read(call, inFlight, { exchange: part, reading: own, sentAt, isPart: true })
      }
      const standing = { kind: 'running', silent: null } as const
      return this.#follow(call, inFlight, standing, { exchange, reading: withoutBalance(reading), sentAt })
    })
  }

  #follow(call: SubmittedCall, inFlight: InFlight, standing: Standing, polled: Polled): Sent {
    const { books, maker, async, stop } = this.#parts
    const { exchange, reading, sentAt } = polled
    const { charge, earlier } = chargeOf(call, polled)
    const read = (outcome: Interpretation['outcome']) =>
      maker.reader.read({ ...call, earlier }, exchange, { ...reading, outcome, charge }, sentAt)
    const over = (cost: Credits): Sent => ({ cost, later: null })
    const answered = (outcome: Interpretation['outcome']) => over(books.answered(call, inFlight, read(outcome)))
    const lost = (reason: string) =>
      over(books.lost(call, inFlight, read({ kind: 'unknown', reason }), this.#ageMs(call)))
    switch (standing.kind) {
      case 'ended':
        return answered(reading.outcome)
      case 'failed':
        return answered({ kind: 'try-again', reason: 'the vendor says that its job has failed' })
      case 'refused':
        stop('error', `the vendor refuses the credentials (${reading.outcome.reason})`)
        return this.#askLater(call, async.everyMs)
      case 'fetch':
        books.heard(inFlight, reading)
        return this.#askLater({ ...call, vendorJob: { ...call.vendorJob, results: standing.request } }, 0)
      case 'running': {
        books.heard(inFlight, reading)
        const leftMs = async.withinMs - this.#ageMs(call)
        if (leftMs < 0 && !this.#mayBeThere(call, standing.silent))
          return lost(`no results within ${Math.round(async.withinMs / 1000)} s`)
        if (standing.silent !== null) this.#warnSilent(call, standing.silent)
        const askedMs = Math.min(reading.outcome.retryAfterMs ?? 0, LONGEST_WAIT_MS)
        const waitMs = Math.max(async.everyMs, this.#ageMs(call) * SHARE_OF_AGE, askedMs)
        // The address of the results may have expired: the next poll asks for the job's state again.
        const { results: _, ...job } = call.vendorJob
        const next = standing.silent === null ? call : { ...call, vendorJob: job }
        if (leftMs < 0) return this.#askLater(next, Math.min(async.everyMs, async.withinMs * SHARE_OF_AGE))
        return this.#askLater(next, Math.min(waitMs, leftMs + 1))
      }
    }
  }

  /** True until this process has polled often enough: after a restart one failed poll does not prove that there are no results. */
  #mayBeThere(call: SubmittedCall, silent: string | null): boolean {
    return silent !== null && this.#knownOf(call).asked < ASKED_AT_LEAST
  }

  /** By the monotonic clock, since this process first knew of the job. */
  #ageMs(call: SubmittedCall): number {
    const { ageMs, at } = this.#knownOf(call)
    return ageMs + this.#parts.clock.monotonic() - at
  }

  #knownOf({ n, vendorJob }: SubmittedCall) {
    const { clock } = this.#parts
    const { since, seenAt } = vendorJob
    const age = seenAt === undefined ? Math.max(0, clock.now() - since) : 0
    const known = this.#known.get(n) ?? { ageMs: age, at: seenAt ?? clock.monotonic(), asked: 0 }
    this.#known.set(n, known)
    return known
  }

  #askLater(call: SubmittedCall, ms: number): Sent {
    return { cost: NO_CREDITS, later: { call, ms } }
  }

  #warnSilent({ n, vendorJob }: SubmittedCall, reason: string): void {
    if (this.#silent.has(n)) return
    this.#silent.add(n)
    this.#parts.log.warn(
      { call: n, vendorJob: vendorJob.id, reason },
      'a poll of a job brought no answer: polling again',
    )
  }

  /** A poll is evidence of rate limits but not of health: it is much less work for the vendor than a call. */
  #observe(exchange: Exchange, { outcome }: Interpretation, sentAt: number): void {
    if (exchange.kind !== 'reply') return
    const { pace, clock } = this.#parts
    const { latencyMs, quotas } = exchange
    const seen = { sentAt, at: clock.now(), latencyMs, quotas }
    if (outcome.kind === 'throttled') {
      pace.observe({ ...seen, kind: 'throttled', retryAfterMs: outcome.retryAfterMs ?? null })
    } else pace.noted({ ...seen, kind: 'ok', retryAfterMs: null })
  }
}
