import { LatencyCounter } from '../../domain/latency-counts.ts'
import type { OutcomeKind } from '../../domain/outcome.ts'
import type { CallResult } from '../classify/reply-reader.ts'
import type { Totals } from '../commit/totals.ts'
import { errorKind } from '../events/error-counts.ts'
import type { CallOutcome, RunProbe } from '../events/events.ts'
import type { Pace, Sample } from '../ports/pace.ts'
import type { VendorRules } from '../ports/vendor.ts'

export interface CallHealthParts {
  readonly totals: Totals
  readonly pace: Pace
  readonly rules: Pick<VendorRules, 'timeoutMs'>
  readonly probe?: RunProbe | undefined
}

/** Counts how calls went, and tells the pace what they show of the vendor's health. */
export class CallHealth {
  readonly #parts: CallHealthParts
  /** Of calls that were sent, until a snapshot takes them. */
  readonly latencies = new LatencyCounter()
  #latencyMs = 20

  constructor(parts: CallHealthParts) {
    this.#parts = parts
  }

  /** Mean time of a call of late, ms. */
  get latencyMs(): number {
    return this.#latencyMs
  }

  observe(result: CallResult): void {
    const { totals, pace, rules, probe } = this.#parts
    const { sent, latencyMs, reading } = result
    const kind = healthOf(result)
    if (sent) {
      totals.count('sent')
      this.latencies.add(latencyMs)
    }
    if (kind === 'throttled') totals.count('throttled')
    if (kind === 'try-again') totals.count('failed')
    if (kind === 'unknown') totals.count('unknown')
    if (kind === 'try-again' || kind === 'unknown') totals.erred(errorKind(reading.status, latencyMs, rules.timeoutMs))
    probe?.call(countedAs(kind), sent ? latencyMs : null)
    this.#latencyMs += (latencyMs - this.#latencyMs) / 16
    const sample = sampleOf(kind, result)
    if (sample !== null) pace.observe(sample)
  }
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
