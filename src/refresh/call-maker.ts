import { callId } from '../domain/call.ts'
import type { Clock } from '../domain/clock.ts'
import type { Outcome } from '../domain/outcome.ts'
import { excerpt, type Interpretation, interpret } from './interpret.ts'
import { messageOf } from './mapping.ts'
import type { OpenedCall } from './ports/store.ts'
import type { Exchange, MapData, Mapped, VendorClient, VendorRequest, VendorRules } from './ports/vendor.ts'

/** What came of one call: the exchange read by the vendor's rules, and its data mapped to the record's columns. */
export interface Made {
  readonly reading: Interpretation
  readonly mapped: Mapped | null
  /** The vendor saw it, or may have. */
  readonly sent: boolean
  readonly sentAt: number
  readonly at: number
  readonly latencyMs: number
  /** What came back, where it was paid for and is of no use; for the person who has to mend the config. */
  readonly shown: string | null
}

export type Prepared = { readonly request: VendorRequest } | { readonly problem: string }

/** Makes one call: request, exchange, reading, mapping. The user's functions may throw; it does not. */
export class CallMaker {
  readonly #vendor: VendorClient
  readonly #rules: VendorRules
  readonly #map: MapData
  readonly #clock: Clock
  readonly #runId: string
  readonly #hide: (text: string) => string
  readonly #mayGo: () => boolean

  constructor(parts: {
    vendor: VendorClient
    rules: VendorRules
    map: MapData
    clock: Clock
    runId: string
    hide: (text: string) => string
    lease: { readonly sure: boolean }
  }) {
    this.#vendor = parts.vendor
    this.#rules = parts.rules
    this.#map = parts.map
    this.#clock = parts.clock
    this.#runId = parts.runId
    this.#hide = parts.hide
    this.#mayGo = () => parts.lease.sure
  }

  /** The request for the call's record, by the config. */
  prepare(call: OpenedCall): Prepared {
    try {
      const request = this.#rules.request(call.row)
      if (typeof request?.path !== 'string') return { problem: 'vendor.single.request gave no path' }
      return { request }
    } catch (error) {
      return { problem: `vendor.single.request threw: ${messageOf(error)}` }
    }
  }

  async make(call: OpenedCall, request: VendorRequest): Promise<Made> {
    const sentAt = this.#clock.now()
    const key = this.#rules.idempotent ? callId(this.#runId, call.n) : null
    const exchange = await this.#vendor.send(request, key, this.#mayGo)
    const at = this.#clock.now()
    const reading = this.#read(exchange, at)
    const mapped = reading.outcome.kind === 'fresh' ? this.#mapped(reading.body, call) : null
    const useless = reading.unreadable || mapped?.kind === 'unusable'
    const sent = exchange.kind !== 'not-sent'
    return {
      reading,
      mapped,
      sent,
      sentAt,
      at,
      latencyMs: exchange.latencyMs,
      shown: useless ? this.#hide(shown(exchange)) : null,
    }
  }

  #read(exchange: Exchange, at: number): Interpretation {
    const reading = this.#interpreted(exchange, at)
    return { ...reading, outcome: { ...reading.outcome, reason: this.#hide(reading.outcome.reason) } }
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

  #mapped(body: unknown, call: OpenedCall): Mapped {
    const mapped = this.#tryMap(body, call)
    return mapped.kind === 'unusable' ? { kind: 'unusable', reason: this.#hide(mapped.reason) } : mapped
  }

  #tryMap(body: unknown, call: OpenedCall): Mapped {
    try {
      return this.#map(this.#rules.data(body), call.row)
    } catch (error) {
      return { kind: 'unusable', reason: `vendor.single.data threw: ${messageOf(error)}` }
    }
  }
}

function shown(exchange: Exchange): string {
  return exchange.kind === 'reply' ? excerpt(exchange.text) : exchange.reason
}
