import type { OutcomeKind } from '../../domain/call/outcome.ts'
import { LatencyCounter } from '../../domain/run/latency-counts.ts'
import type { CallResult } from '../classify/reply-reader.ts'
import type { Totals } from '../commit/totals.ts'
import { errorKind } from '../events/error-counts.ts'
import type { CallOutcome } from '../events/events.ts'
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
    const { sent, sentAt, at, latencyMs, quotas, reading } = result
    const outcome = healthOf(result)
    const counted = countedAs(outcome)
    if (sent) {
      totals.count('sent')
      this.latencies.add(latencyMs)
    }
    if (counted !== 'ok') totals.count(counted)
    if (counted === 'failed' || counted === 'unknown')
      totals.erred(errorKind(reading.status, latencyMs, rules.timeoutMs))
    probe?.call(counted, sent ? latencyMs : null)
    this.#latencyMs += (latencyMs - this.#latencyMs) / 16
    // A lack of credits and bad credentials say nothing about the vendor's health.
    if (outcome === 'credits-exhausted' || outcome === 'credentials-refused') return
    const kind = counted === 'unknown' ? 'failed' : counted
    const retryAfterMs = kind === 'ok' ? null : (reading.outcome.retryAfterMs ?? null)
    pace.observe({ kind, sentAt, at, latencyMs, retryAfterMs, quotas })
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
