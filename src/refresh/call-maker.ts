import { callId } from '../domain/call.ts'
import type { Clock } from '../domain/clock.ts'
import type { Credits } from '../domain/credits.ts'
import type { Outcome } from '../domain/outcome.ts'
import { partsOf } from './bulk-parts.ts'
import { FreeRepeats } from './free-repeats.ts'
import { excerpt, type Interpretation, interpret } from './interpret.ts'
import type { KeepReply } from './keep-reply.ts'
import { messageOf } from './mapping.ts'
import type { CallItem, NamedJob, OpenedCall } from './ports/calls.ts'
import type { KeptReply } from './ports/kept-reply.ts'
import type { Quota } from './ports/pace.ts'
import type { BulkRules, Exchange, MapData, Mapped, VendorClient, VendorRequest, VendorRules } from './ports/vendor.ts'
import { costOfCall, isCharged, type PricedPart } from './pricing.ts'
import { pathProblem } from './request-path.ts'
import { submissionIn } from './vendor-jobs.ts'

/** What came of one call: the exchange read by the vendor's rules, and what it brought for each of its items. */
export interface Made {
  readonly reading: Interpretation
  readonly cost: Credits
  /** The vendor has taken the call as a job, and named it: nothing is known of its items yet. */
  readonly submitted?: NamedJob
  /** In the order of the call's items. */
  readonly items: readonly ItemReading[]
  /** The vendor saw it, or may have. */
  readonly sent: boolean
  readonly sentAt: number
  readonly at: number
  readonly latencyMs: number
  /** What its reply said of the rate limits. */
  readonly quotas?: readonly Quota[]
  /** Its reply, where it was paid for and the config says that such are kept. */
  readonly kept?: KeptReply | undefined
}

/** What a call brought for one of its items. */
export interface ItemReading {
  readonly outcome: Outcome
  /** The data, mapped to the record's columns; null where there is none. */
  readonly mapped: Mapped | null
  /** The same data, mapped to the columns of each of its twins; none where there is none. */
  readonly twins: readonly Mapped[]
  /** The record was paid for. */
  readonly paid: boolean
  /** The fingerprint of the record's request, where it is kept. */
  readonly request?: string | null
  /** What came back, where it is of no use; for the person who has to mend the config. */
  readonly shown: string | null
}

export type Prepared =
  | { readonly request: VendorRequest }
  /** Nothing can be sent for these records. */
  | { readonly problem: string }
  /** The request is longer than the vendor takes; so many of the records fit. */
  | { readonly tooLong: string; readonly fits: number }

/** Makes one call: request, exchange, reading, mapping. The user's functions may throw; it does not. */
export class CallMaker {
  readonly #vendor: VendorClient
  readonly #rules: VendorRules
  readonly #map: MapData
  readonly #clock: Clock
  readonly #runId: string
  readonly #hide: (text: string) => string
  readonly #mayGo: () => boolean
  readonly #keep: KeepReply | null
  readonly #repeats: FreeRepeats

  constructor(parts: {
    vendor: VendorClient
    rules: VendorRules
    map: MapData
    clock: Clock
    runId: string
    hide: (text: string) => string
    keep: KeepReply | null
    /** Asked when a call's first byte is about to be written. */
    mayGo: () => boolean
  }) {
    this.#vendor = parts.vendor
    this.#rules = parts.rules
    this.#repeats = new FreeRepeats(parts.rules)
    this.#map = parts.map
    this.#clock = parts.clock
    this.#runId = parts.runId
    this.#hide = parts.hide
    this.#mayGo = parts.mayGo
    this.#keep = parts.keep
  }

  /** The request for the call's records, by the config. */
  prepare(call: OpenedCall): Prepared {
    const bulk = this.#bulkFor(call)
    const name = bulk === null ? 'single' : 'bulk'
    try {
      const request = this.#requestOf(call, bulk)
      const problem = pathProblem(request?.path)
      if (problem !== null || request === undefined) return { problem: `vendor.${name}.request gave ${problem}` }
      return bulk === null || bulk.maxBytes === null
        ? { request }
        : checkLength(request, call.items.length, bulk.maxBytes)
    } catch (error) {
      return { problem: `vendor.${name}.request threw: ${messageOf(error)}` }
    }
  }

  /** Sends the call, and reads its reply. */
  async make(call: OpenedCall, request: VendorRequest): Promise<Made> {
    const sentAt = this.#clock.now()
    const key = this.#rules.idempotent ? callId(this.#runId, call.n) : null
    const exchange = await this.#vendor.send(request, key, this.#mayGo)
    const reading = this.interpret(exchange)
    const submission = submissionIn(exchange, reading, this.#rules.async)
    if (submission === null) return this.read(call, exchange, reading, sentAt)
    if ('problem' in submission) {
      const outcome = { kind: 'give-up', reason: this.#hide(submission.problem) } as const
      return this.read(call, exchange, { ...reading, outcome, unreadable: true }, sentAt)
    }
    const { retryAfterMs } = reading.outcome
    const outcome: Outcome = retryAfterMs === undefined ? TAKEN : { ...TAKEN, retryAfterMs }
    const made = this.read({ ...call, items: [] }, exchange, { ...reading, outcome, unreadable: false }, sentAt)
    return { ...made, submitted: { id: submission.id, charge: reading.charge } }
  }

  /** What the vendor's rules make of an exchange. */
  interpret(exchange: Exchange): Interpretation {
    const reading = this.#interpreted(exchange, this.#clock.now())
    return { ...reading, outcome: { ...reading.outcome, reason: this.#hide(reading.outcome.reason) } }
  }

  /** What an exchange brought for the call; `reading` says what it means as a whole. */
  read(call: OpenedCall, exchange: Exchange, reading: Interpretation, sentAt: number): Made {
    const at = this.#clock.now()
    const parts = this.#partsOf(reading, call)
    const requests = call.items.map(({ row }) => this.#repeats.requestFor(row))
    // A call may have waited for its access token before it was on the wire.
    const onWireAt = call.vendorJob?.since ?? Math.max(sentAt, at - exchange.latencyMs)
    const free = call.items.map((item, of) => this.#repeats.isFree(item, requests[of] ?? null, onWireAt))
    const cost = costOfCall(reading, parts, call.items, this.#rules, { free, earlier: call.earlier })
    const items = parts.map((part, of) => {
      const whole = parts.length > 1 && 'data' in part ? null : exchange
      return { ...this.#readingOf(part, cost, whole, free[of] === true), request: requests[of] ?? null }
    })
    const quotas = exchange.kind === 'reply' ? exchange.quotas : undefined
    const kept = cost > 0 && items.length > 0 ? this.#keep?.(exchange, call.items, this.#bulkFor(call), at) : undefined
    const { latencyMs } = exchange
    return { reading, cost, items, sent: exchange.kind !== 'not-sent', sentAt, at, latencyMs, quotas, kept }
  }

  /** Null: the call goes as a single one. */
  #bulkFor({ items }: OpenedCall): BulkRules | null {
    const { single, bulk } = this.#rules
    return single !== null && items.length === 1 ? null : bulk
  }

  #requestOf({ items }: OpenedCall, bulk: BulkRules | null): VendorRequest | undefined {
    return bulk === null ? this.#rules.single?.request(rowAt(items, 0)) : bulk.request(items.map(({ row }) => row))
  }

  #interpreted(exchange: Exchange, at: number): Interpretation {
    try {
      return interpret(exchange, this.#rules, at)
    } catch (error) {
      const reading = interpret(exchange, { ...this.#rules, outcome: null }, at)
      const outcome: Outcome = { kind: 'give-up', reason: `vendor.outcome failed: ${messageOf(error)}` }
      return { ...reading, outcome, unreadable: reading.outcome.kind === 'fresh' }
    }
  }

  #partsOf(reading: Interpretation, call: OpenedCall): Part[] {
    const { outcome, unreadable } = reading
    if (call.items.length === 0) return []
    if (outcome.kind !== 'fresh') return call.items.map(() => ({ outcome, mapped: null, twins: NO_TWINS, unreadable }))
    const bulk = this.#bulkFor(call)
    return bulk === null ? [this.#single(reading, call.items)] : this.#bulk(bulk, reading, call.items)
  }

  #single({ outcome, body }: Interpretation, items: readonly CallItem[]): Part {
    try {
      const data = this.#rules.single?.data(body)
      return { outcome, ...this.#mappedAll(data, items[0] as CallItem), unreadable: false, data }
    } catch (error) {
      const reason = this.#hide(`vendor.single.data threw: ${messageOf(error)}`)
      const mapped = { kind: 'unusable', reason } as const
      return { outcome, mapped, twins: (items[0]?.twins ?? []).map(() => mapped), unreadable: false }
    }
  }

  #bulk(bulk: BulkRules, { body }: Interpretation, items: readonly CallItem[]): Part[] {
    try {
      const rows = items.map(({ row }) => row)
      const { key } = bulk
      const keyOf = (at: number) => (key === null ? items[at]?.item.key : key(rows[at] as CallItem['row']))
      const how = { configured: key !== null, of: keyOf }
      const parts = partsOf(bulk.results(body, rows), items.length, how, this.#rules.outcomes)
      return parts.map(({ outcome, data, unreadable }, at) => ({
        outcome: { ...outcome, reason: this.#hide(outcome.reason) },
        ...(outcome.kind === 'fresh' ? this.#mappedAll(data, items[at] as CallItem) : NOTHING_MAPPED),
        unreadable,
        data,
      }))
    } catch (error) {
      const reason = this.#hide(`vendor.bulk.results: ${messageOf(error)}`)
      return items.map(() => ({ outcome: { kind: 'give-up', reason }, ...NOTHING_MAPPED, unreadable: true }))
    }
  }

  #mappedAll(data: unknown, { row, twins }: CallItem): Pick<Part, 'mapped' | 'twins'> {
    const mapped = this.#mapped(data, row)
    return { mapped, twins: twins.length === 0 ? NO_TWINS : twins.map((twin) => this.#mapped(data, twin.row)) }
  }

  #mapped(data: unknown, row: CallItem['row']): Mapped {
    const mapped = this.#map(data, row)
    return mapped.kind === 'unusable' ? { ...mapped, reason: this.#hide(mapped.reason) } : mapped
  }

  /** `cost` is the call's. `whole`: the exchange, where all of it is the record's own, and so is all of the cost. */
  #readingOf(part: Part, cost: Credits, whole: Exchange | null, free: boolean): ItemReading {
    const { outcome, mapped, twins, unreadable } = part
    const charged = isCharged(part, this.#rules.cost) && !free
    const useless = unreadable || mapped?.kind === 'unusable'
    const shown = useless ? this.#hide(whole === null ? excerpt(jsonOf(part.data)) : textOf(whole)) : null
    return { outcome, mapped, twins, paid: cost > 0 && (charged || whole !== null), shown }
  }
}

const TAKEN: Outcome = { kind: 'fresh', reason: 'taken as a job' }

interface Part extends PricedPart {
  readonly mapped: Mapped | null
  readonly twins: readonly Mapped[]
}

const NO_TWINS: readonly Mapped[] = []
const NOTHING_MAPPED = { mapped: null, twins: NO_TWINS } as const

function rowAt(items: readonly CallItem[], at: number): CallItem['row'] {
  return (items[at] as CallItem).row
}

function checkLength(request: VendorRequest, records: number, maxBytes: number): Prepared {
  const bytes = Buffer.byteLength(JSON.stringify(request.json) ?? '')
  if (bytes <= maxBytes) return { request }
  const fits = Math.min(records - 1, Math.max(1, Math.floor((records * maxBytes) / bytes)))
  return { tooLong: `the request is ${bytes} bytes long; vendor.bulk.maxBytes allows ${maxBytes}`, fits }
}

function textOf(exchange: Exchange): string {
  return exchange.kind === 'reply' ? excerpt(exchange.text) : exchange.reason
}

function jsonOf(data: unknown): string {
  return JSON.stringify(data) ?? String(data)
}
