import type { Outcome } from '../../domain/call/outcome.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { levelsOf, levelsOfText, MOST_LEVELS } from '../../domain/values/nesting.ts'
import type { RecordRow } from '../../domain/values/record.ts'
import type { CallItem, NamedJob, OpenedCall } from '../ports/calls.ts'
import type { KeptReply } from '../ports/kept-reply.ts'
import type { Quota } from '../ports/pace.ts'
import type { KeepReply, RunParts } from '../ports/run-parts.ts'
import type { BulkRules, Exchange, Mapped } from '../ports/vendor.ts'
import { ownership } from './belongs-to.ts'
import { partsOf } from './bulk-parts.ts'
import { DataMapper, type DataMapperParts, type MappedAll, NOTHING_MAPPED } from './data-mapper.ts'
import { FreeRepeats } from './free-repeats.ts'
import { excerpt, type Interpretation, interpret, ofBulk } from './interpret.ts'
import { costOfCall, isCharged, misreadOf, type PricedPart, sparedOf } from './pricing.ts'

/** The result of one call: the classified exchange, and the result for each of its items. */
export interface CallResult {
  readonly reading: Interpretation
  readonly cost: Credits
  /** The part of it that the vendor may not have charged: it is for results that could not be read. */
  readonly misread?: Credits
  /** What its records would have cost beyond that, had they changed; missing: nothing. */
  readonly spared?: Credits
  /** The vendor has taken the call as a job: its items have no results yet. */
  readonly submitted?: NamedJob
  /** In the order of the call's items. */
  readonly items: readonly ItemReading[]
  /** The vendor received it, or may have. */
  readonly sent: boolean
  readonly sentAt: number
  readonly at: number
  readonly latencyMs: number
  /** Rate limits reported in the reply. */
  readonly quotas?: readonly Quota[]
  /** The reply to keep, if it was paid for and the config keeps replies. */
  readonly kept?: KeptReply | undefined
}

/** The result for one item of a call. */
export interface ItemReading {
  readonly outcome: Outcome
  /** The data mapped to the record's columns; null: no data. */
  readonly mapped: Mapped | null
  /** The same data mapped to each duplicate's columns. */
  readonly duplicates: readonly Mapped[]
  readonly paid: boolean
  /** The fingerprint of the record's request, if fingerprints are kept. */
  readonly request?: string | null
  /** An excerpt of an unusable reply, for whoever has to fix the config. */
  readonly shown: string | null
}

interface ReplyReaderParts extends DataMapperParts, Pick<RunParts, 'rules' | 'keep'> {
  readonly clock: Pick<Clock, 'now'>
}

/**
 * Reads the replies to calls. A reply may contain anything, and the config's functions may throw or return anything, but
 * nothing here may throw: the call has been paid for, and would be paid for again after each restart.
 */
export class ReplyReader {
  readonly #parts: ReplyReaderParts
  readonly #repeats: FreeRepeats
  readonly #data: DataMapper

  constructor(parts: ReplyReaderParts) {
    this.#parts = parts
    this.#repeats = new FreeRepeats(parts.rules)
    this.#data = new DataMapper(parts)
  }

  /** The columns that requests have read so far; null: no request has been made. */
  get columnsRead(): readonly string[] | null {
    return this.#data.columnsRead
  }

  /** The rows to pass to the config's functions; the columns that they read are recorded. */
  rowsOf({ items }: Pick<OpenedCall, 'items'>): RecordRow[] {
    return items.map(({ row }) => this.#data.observe(row))
  }

  /** The rules for a bulk call; null: the call is sent as a single one. */
  bulkFor({ items }: Pick<OpenedCall, 'items'>): BulkRules | null {
    const { single, bulk } = this.#parts.rules
    return single !== null && items.length === 1 ? null : bulk
  }

  interpret(exchange: Exchange): Interpretation {
    const reading = this.#interpreted(exchange, this.#parts.clock.now())
    return { ...reading, outcome: { ...reading.outcome, reason: this.#parts.hide(reading.outcome.reason) } }
  }

  #interpreted(exchange: Exchange, at: number): Interpretation {
    const { rules } = this.#parts
    try {
      return interpret(exchange, rules, at)
    } catch (error) {
      const reading = interpret(exchange, { ...rules, outcome: null }, at)
      const outcome: Outcome = { kind: 'give-up', reason: `vendor.outcome failed: ${messageOf(error)}` }
      return { ...reading, outcome, unreadable: reading.outcome.kind === 'fresh' }
    }
  }

  /** Reads the results for the call's items; `whole`: the classification of the whole exchange. */
  read(call: OpenedCall, exchange: Exchange, whole: Interpretation, sentAt: number): CallResult {
    const reading = this.bulkFor(call) === null ? whole : ofBulk(whole)
    const received = { call, exchange, reading, sentAt }
    try {
      return this.#read(received, this.#partsOf(received), this.#parts.keep)
    } catch (error) {
      const { outcome } = reading
      const reason = this.#parts.hide(`the reply cannot be read: ${messageOf(error)}`)
      const part =
        outcome.kind === 'fresh'
          ? { outcome: { kind: 'give-up', reason } as const, ...NOTHING_MAPPED, unreadable: true }
          : { outcome, ...NOTHING_MAPPED, unreadable: reading.unreadable }
      return this.#read(received, Array(call.items.length).fill(part), null)
    }
  }

  #read({ call, exchange, reading, sentAt }: Received, parts: readonly Part[], keep: KeepReply | null): CallResult {
    const { rules, clock } = this.#parts
    const at = clock.now()
    const requests = call.items.map(({ row }) => this.#repeats.requestFor(row))
    // The call may have waited for an access token before it was sent.
    const inFlightSince = call.vendorJob?.since ?? Math.max(sentAt, at - exchange.latencyMs)
    const free = call.items.map((item, of) => this.#repeats.isFree(item, requests[of] ?? null, inFlightSince))
    const known = { free, earlier: call.earlier }
    const cost = costOfCall(reading, parts, call.items, rules, known)
    const misread = misreadOf(cost, reading, parts, call.items, rules, known)
    const items = parts.map((part, of) => {
      const ownExchange = parts.length > 1 && 'data' in part ? null : exchange
      return { ...this.#readingOf(part, cost, ownExchange, free[of] === true), request: requests[of] ?? null }
    })
    const quotas = exchange.kind === 'reply' ? exchange.quotas : undefined
    const kept = cost > 0 && items.length > 0 ? keep?.(exchange, call.items, this.bulkFor(call), at) : undefined
    const { latencyMs } = exchange
    const spared = sparedOf(reading, parts, call.items, rules)
    return {
      reading,
      cost,
      misread,
      spared,
      items,
      sent: exchange.kind !== 'not-sent',
      sentAt,
      at,
      latencyMs,
      quotas,
      kept,
    }
  }

  #partsOf({ call, exchange, reading }: Received): Part[] {
    const { outcome, unreadable } = reading
    if (call.items.length === 0) return []
    if (outcome.kind !== 'fresh') return call.items.map(() => ({ outcome, ...NOTHING_MAPPED, unreadable }))
    const bulk = this.bulkFor(call)
    const parts = bulk === null ? [this.#single(reading)] : this.#bulk(bulk, reading, call.items)
    const isDeep = exchange.kind === 'reply' && levelsOfText(exchange.text) > MOST_LEVELS
    const own = ownership(bulk === null ? 'single' : 'bulk', bulk ?? this.#parts.rules.single)
    return parts.map((raw, at) => {
      const { useless = null, ...part } = isDeep ? withoutDepth(raw) : raw
      if (part.outcome.kind !== 'fresh') return { ...part, ...NOTHING_MAPPED }
      return { ...part, ...this.#data.map(part.data, call.items[at] as CallItem, own, useless) }
    })
  }

  #single({ outcome, body }: Interpretation): RawPart {
    try {
      return { outcome, unreadable: false, data: this.#parts.rules.single?.data(body) }
    } catch (error) {
      const useless = this.#parts.hide(`vendor.single.data threw: ${messageOf(error)}`)
      return { outcome, unreadable: false, useless }
    }
  }

  #bulk(bulk: BulkRules, { body }: Interpretation, items: readonly CallItem[]): RawPart[] {
    const { hide, rules } = this.#parts
    try {
      const rows = this.rowsOf({ items })
      const { key } = bulk
      const keyOf = (at: number) => (key === null ? items[at]?.item.key : key(rows[at] as RecordRow, at))
      const how = { configured: key !== null, of: keyOf }
      const parts = partsOf(bulk.results(body, rows), items.length, how, rules.outcomes)
      return parts.map((part) => ({ ...part, outcome: { ...part.outcome, reason: hide(part.outcome.reason) } }))
    } catch (error) {
      const reason = hide(`vendor.bulk.results: ${messageOf(error)}`)
      return items.map(() => ({ outcome: { kind: 'give-up', reason }, unreadable: true }))
    }
  }

  /** `cost`: of the call. `ownExchange`: the exchange if all of it, and all of the cost, is this record's; otherwise null. */
  #readingOf(part: Part, cost: Credits, ownExchange: Exchange | null, free: boolean): ItemReading {
    const { outcome, mapped, duplicates, unreadable } = part
    const charged = isCharged(part, this.#parts.rules.cost) && !free
    const useless =
      unreadable || mapped?.kind === 'unusable' || outcome.kind === 'not-found' || outcome.kind === 'give-up'
    const shown = useless
      ? this.#parts.hide(ownExchange === null ? excerpt(jsonOf(part.data)) : textOf(ownExchange))
      : null
    return { outcome, mapped, duplicates, paid: cost > 0 && (charged || ownExchange !== null), shown }
  }
}

interface Received {
  readonly call: OpenedCall
  readonly exchange: Exchange
  readonly reading: Interpretation
  readonly sentAt: number
}

/** A record's part of a reply before mapping. `useless`: why its data cannot be mapped. */
interface RawPart extends PricedPart {
  readonly useless?: string
}

type Part = PricedPart & MappedAll

/** A part that is nested too deep becomes unreadable and counts as paid for; the other parts are not affected. */
function withoutDepth(part: RawPart): RawPart {
  const levels = levelsOf(part.data)
  if (levels <= MOST_LEVELS) return part
  const reason = `the reply's data is nested ${levels} levels deep; at most ${MOST_LEVELS} are read`
  return { outcome: { kind: 'give-up', reason }, unreadable: true, data: undefined }
}

function textOf(exchange: Exchange): string {
  return exchange.kind === 'reply' ? excerpt(exchange.text) : exchange.reason
}

/** For excerpts: a config function may return values that JSON cannot represent. */
function jsonOf(data: unknown): string {
  try {
    return JSON.stringify(data) ?? String(data)
  } catch (error) {
    return `no JSON: ${messageOf(error)}`
  }
}
