import type { Quota, Sample } from '../refresh/ports/pace.ts'
import { type Allowance, ANY, shutUntil, tighter } from './allowance.ts'
import { LONGEST_PAUSE_MS } from './pause.ts'

/** What the vendor last said of its limits, and what has left since. Instants are monotonic milliseconds. */
export interface QuotaState {
  readonly known: readonly Known[]
  /** When the call was sent whose reply said it. */
  readonly sentAt: number
  /** When a call last left. */
  readonly leftAt: number
}

interface Known {
  /** Calls that may still leave: what is in flight is taken off, so that it may be less than nothing. */
  readonly left: number
  /** When no more than so many are left, they are spread. */
  readonly few: number
  /** When calls are to be had again. */
  readonly resetAt: number
  /** With nothing left, one call asks at this time how things stand: at the reset, but nobody is believed for ever. */
  readonly askAt: number
  readonly windowMs: number | null
  /** When the window was first seen: where no reset is named, it is over when its length has passed. */
  readonly since: number
}

/** Calls are spread when less than this share of a limit is left; or, where no limit is named, so many. */
const SMALL_SHARE = 0.25
const SMALL = 20
/** Only so near to the reset are calls spread: what is left for the day need not last all day, it may be all we need. */
const SPREAD_WITHIN_MS = 61_000
/** Calls that would leave closer together than this are not spread yet: each of them takes a slot of its own. */
const NEAREST_APART_MS = 10
/** How long the call that asks is alone, if no reply tells. */
const ASKING_MS = 1_000

const NEVER = Number.NEGATIVE_INFINITY
export const NOTHING_SAID: QuotaState = { known: [], sentAt: NEVER, leftAt: NEVER }

/**
 * What a reply says replaces what is known, unless a later call's reply has said it already. `inFlight`: the other
 * calls without a reply, which use up what is left. Retry-After has precedence over a reset. A call that succeeds
 * after the reset, and whose reply says nothing, shows that the limit is over.
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

/** Null: it does not say what is left, or until when that is all there is. */
function knownFrom(quota: Quota, { at, inFlight, retryAt, before }: Hearing): Known | null {
  const { limit, remaining, windowMs } = quota
  if (remaining === null) return null
  const left = Math.floor(remaining) - inFlight
  // More is left than before, by more than replies that overtook each other explain: the window is a new one.
  const isNew = before === undefined || at >= before.since + (windowMs ?? 0) || left > before.left + inFlight + 1
  const since = isNew ? at : before.since
  const resetAt = (left <= 0 ? retryAt : null) ?? quota.resetAt ?? (windowMs === null ? null : since + windowMs)
  if (resetAt === null) return null
  const few = limit === null ? SMALL : limit * SMALL_SHARE
  return { left, few, resetAt, askAt: Math.min(resetAt, at + LONGEST_PAUSE_MS), windowMs, since }
}

/** A call leaves. */
export function leave(state: QuotaState, now: number): QuotaState {
  if (state.known.length === 0) return state
  return { ...state, known: state.known.map((quota) => without(quota, now)), leftAt: now }
}

function without(quota: Known, now: number): Known {
  const left = quota.left - 1
  if (quota.left > 0 || now < quota.askAt) return { ...quota, left }
  return { ...quota, left, resetAt: Math.min(quota.resetAt, now), askAt: now + ASKING_MS }
}

/** How many calls may leave now, and when the next may. */
export function quotaAllowance({ known, leftAt }: QuotaState, now: number): Allowance {
  let allowance = ANY
  for (const quota of known) allowance = tighter(allowance, allowanceIn(quota, leftAt, now))
  return allowance
}

function allowanceIn({ left, few, resetAt, askAt }: Known, leftAt: number, now: number): Allowance {
  // Of the time after the reset nothing is known: windows begin anew, or slide. One call asks.
  if (left <= 0) return now < askAt ? shutUntil(askAt) : { calls: 1, opensAt: 0 }
  if (now >= resetAt) return ANY
  const spreadMs = resetAt - leftAt
  const apartMs = spreadMs / (left + 1)
  if (left > few || spreadMs > SPREAD_WITHIN_MS || apartMs < NEAREST_APART_MS) return { calls: left, opensAt: 0 }
  const nextAt = leftAt + apartMs
  return now < nextAt ? shutUntil(nextAt) : { calls: 1, opensAt: 0 }
}

/** How long until the limits that a reply names as used up are fresh again, ms; null: it names none, or no time. */
export function resetAfter({ quotas = [], at }: Sample): number | null {
  const waits = quotas.flatMap(({ remaining, resetAt }) => (remaining === 0 && resetAt !== null ? resetAt - at : []))
  const longest = Math.max(0, ...waits)
  return longest > 0 ? longest : null
}
