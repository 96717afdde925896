import type { OutcomeKind } from '../../domain/call/outcome.ts'
import { LatencyCounter } from '../../domain/run/latency-counts.ts'
import type { CallResult } from '../classify/reply-reader.ts'
import type { Totals } from '../commit/totals.ts'
import { errorKind } from '../events/error-counts.ts'
import type { CallOutcome } from '../events/events.ts'
import type { Sample } from '../ports/pace.ts'
import type { RunParts } from '../ports/run-parts.ts'

interface CallHealthParts extends Pick<RunParts, 'pace' | 'rules' | 'probe'> {
  readonly totals: Totals
}

/** Counts call outcomes, and feeds the pace with what they show of the vendor's health. */
export class CallHealth {
  readonly #parts: CallHealthParts
  /** Latencies of sent calls since the last snapshot. */
  readonly latencies = new LatencyCounter()
  #latencyMs = 20

  constructor(parts: CallHealthParts) {
    this.#parts = parts
  }

  /** Moving average of call latency, ms. */
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

/** The call's outcome as a health signal: throttled if any record was throttled, failed only if every record failed. */
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

/** The health sample of a call; null if it says nothing about health (no credits, bad credentials). */
function sampleOf(kind: OutcomeKind, { reading, sentAt, at, latencyMs, quotas }: CallResult): Sample | null {
  if (kind === 'credits-exhausted' || kind === 'credentials-refused') return null
  const bad = kind === 'throttled' ? 'throttled' : kind === 'try-again' || kind === 'unknown' ? 'failed' : 'ok'
  const retryAfterMs = bad === 'ok' ? null : (reading.outcome.retryAfterMs ?? null)
  return { kind: bad, sentAt, at, latencyMs, retryAfterMs, quotas }
}
