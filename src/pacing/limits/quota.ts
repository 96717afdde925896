import type { Quota, Sample } from '../../refresh/ports/pace.ts'
import { LONGEST_PAUSE_MS } from '../controller/pause.ts'
import { type Allowance, ANY, shutUntil, tighter } from './allowance.ts'

/** The limits last reported by the vendor, less the calls sent since. Instants are monotonic milliseconds. */
export interface QuotaState {
  readonly known: readonly Known[]
  /** When the call whose reply reported them was sent. */
  readonly sentAt: number
  /** When the last call was sent. */
  readonly leftAt: number
}

interface Known {
  /** Calls that may still be sent, without those in flight; may be negative. */
  readonly left: number
  /** At or below this many, the remaining calls are spread. */
  readonly few: number
  readonly resetAt: number
  /** With nothing left, a single call probes at this time: at the reset, or earlier if that is too far off. */
  readonly askAt: number
  readonly windowMs: number | null
  /** When the window was first seen; without a reported reset it ends one window length later. */
  readonly since: number
}

/** Calls are spread when at most this share of the limit is left, or this many if no limit is reported. */
const SMALL_SHARE = 0.25
const SMALL = 20
/** Calls are spread only this close to the reset: what is left of a daily limit may be all that we need. */
const SPREAD_WITHIN_MS = 61_000
/** Calls that would be sent closer together than this are not spread, since each takes its own slot. */
const NEAREST_APART_MS = 10
/** How long the probing call stays alone if it is not answered. */
const PROBING_MS = 1_000

const NEVER = Number.NEGATIVE_INFINITY
export const NOTHING_SAID: QuotaState = { known: [], sentAt: NEVER, leftAt: NEVER }

/**
 * A reply's limits replace the known ones, unless those are from a call sent later. `inFlight`: the other unanswered
 * calls, which use up what is left. Retry-After takes precedence over a reset. A successful call after the reset whose
 * reply reports no limits shows that the limit no longer applies.
 */
export function hear(state: QuotaState, sample: Sample, inFlight: number): QuotaState {
  const { quotas = [], sentAt, at, kind, retryAfterMs } = sample
  if (sentAt < state.sentAt) return state
  if (quotas.length === 0) {
    const over = kind === 'ok' && state.known.some(({ resetAt }) => resetAt <= sentAt)
    return over ? { ...state, known: state.known.filter(({ resetAt }) => resetAt > sentAt) } : state
  }
  const retryAt = kind === 'ok' || retryAfterMs === null ? null : at + retryAfterMs
  const known = quotas.flatMap((quota) => {
    const before = state.known.find(({ windowMs }) => windowMs === quota.windowMs)
    return knownFrom(quota, { at, inFlight, retryAt, before }) ?? []
  })
  return { known, sentAt, leftAt: Math.max(state.leftAt, sentAt) }
}

interface Hearing {
  readonly at: number
  readonly inFlight: number
  readonly retryAt: number | null
  readonly before: Known | undefined
}

/** Null: the number of calls left or the reset is not reported. */
function knownFrom(quota: Quota, { at, inFlight, retryAt, before }: Hearing): Known | null {
  const { limit, remaining, windowMs } = quota
  if (remaining === null) return null
  const left = Math.floor(remaining) - inFlight
  // If more is left than replies in a different order could explain, a new window has begun.
  const isNew = before === undefined || at >= before.since + (windowMs ?? 0) || left > before.left + inFlight + 1
  const since = isNew ? at : before.since
  const resetAt = (left <= 0 ? retryAt : null) ?? quota.resetAt ?? (windowMs === null ? null : since + windowMs)
  if (resetAt === null) return null
  const few = limit === null ? SMALL : limit * SMALL_SHARE
  return { left, few, resetAt, askAt: Math.min(resetAt, at + LONGEST_PAUSE_MS), windowMs, since }
}

/** A call is sent. */
export function leave(state: QuotaState, now: number): QuotaState {
  if (state.known.length === 0) return state
  return { ...state, known: state.known.map((quota) => without(quota, now)), leftAt: now }
}

function without(quota: Known, now: number): Known {
  const left = quota.left - 1
  if (quota.left > 0 || now < quota.askAt) return { ...quota, left }
  return { ...quota, left, resetAt: Math.min(quota.resetAt, now), askAt: now + PROBING_MS }
}

/** How many calls may be sent now, and when the next may be. */
export function quotaAllowance({ known, leftAt }: QuotaState, now: number): Allowance {
  let allowance = ANY
  for (const quota of known) allowance = tighter(allowance, allowanceIn(quota, leftAt, now))
  return allowance
}

function allowanceIn({ left, few, resetAt, askAt }: Known, leftAt: number, now: number): Allowance {
  // Whether the window restarts or slides after the reset is not known: a single call probes.
  if (left <= 0) return now < askAt ? shutUntil(askAt) : { calls: 1, opensAt: 0 }
  if (now >= resetAt) return ANY
  const spreadMs = resetAt - leftAt
  const apartMs = spreadMs / (left + 1)
  if (left > few || spreadMs > SPREAD_WITHIN_MS || apartMs < NEAREST_APART_MS) return { calls: left, opensAt: 0 }
  const nextAt = leftAt + apartMs
  return now < nextAt ? shutUntil(nextAt) : { calls: 1, opensAt: 0 }
}

/** Time until the limits that a reply reports as used up reset, ms; null: none are, or no reset is reported. */
export function resetAfter({ quotas = [], at }: Sample): number | null {
  const waits = quotas.flatMap(({ remaining, resetAt }) => (remaining === 0 && resetAt !== null ? resetAt - at : []))
  const longest = Math.max(0, ...waits)
  return longest > 0 ? longest : null
}
