import type { AllowedPace, LearnedPace } from '../../domain/run/kept-pace.ts'
import type { Sample } from '../../refresh/ports/pace.ts'
import {
  callOut,
  DOWN_AFTER,
  type Health,
  hasFailed,
  isDown,
  silenceMs,
  succeeded,
  tooMany,
  WELL,
  wasOnlySlow,
  wasThrottled,
  wentDown,
} from './health.ts'
import { served, servedUnmeasured } from './load.ts'
import { halved, lessened, regain } from './load-moves.ts'
import { type Load, startLoad } from './load-state.ts'
import { LONGEST_PAUSE_MS } from './pause.ts'
import { asking, letThrough, perSecondOf, type Rate, refusalSeen, refused, startRate } from './rate.ts'
import { isExcused } from './refusal-attribution.ts'
import { counted, NONE_SENT, type SendCounts } from './send-counts.ts'
import { told } from './told-limit.ts'

/**
 * The pace as a pure state machine: call results go in, what is allowed comes out. It has no timers, no HTTP and no
 * Bottleneck. All instants are monotonic ms; an instant before the last one counts as the last one.
 */
export interface PaceState {
  readonly load: Load
  readonly rate: Rate
  readonly health: Health
  readonly sent: SendCounts
  readonly now: number
  readonly inFlight: number
  /** Calls in flight when the last one was sent, including it. */
  readonly leftWith: number
  /** Calls that were in flight when a vendor that was down recovered: it will probably never answer them. */
  readonly stuck: { readonly calls: number; readonly sentBefore: number }
  /** The last limit at which the vendor was healthy. */
  readonly wellAt: number
  /** The load before concurrency was lowered because of refusals; restored if the rate turns out to be the cause. */
  readonly before: Load | null
}

/** The result of one call, as a signal. */
export interface Seen extends Omit<Sample, 'latencyMs'> {
  /** Time in flight; null if it includes a delay of our own. */
  readonly latencyMs: number | null
  /** Calls in flight when it returned, without it. */
  readonly inFlight: number
}

export interface Allowed extends Omit<AllowedPace, 'reason'> {
  /** Nothing is sent before this instant. */
  readonly opensAt: number
}

/**
 * `learned`: by an earlier run. The pace starts at half its concurrency and nine tenths of its rate.
 *
 * @throws RangeError if the ceiling is below one.
 */
export function startPace(ceiling: number, learned: LearnedPace | null = null): PaceState {
  if (!(ceiling >= 1)) throw new RangeError(`the concurrency ceiling must be at least 1, not ${ceiling}`)
  return {
    load: startLoad(Math.floor(ceiling), learned),
    rate: startRate(learned),
    health: WELL,
    sent: NONE_SENT,
    now: 0,
    inFlight: 0,
    leftWith: 0,
    stuck: { calls: 0, sentBefore: Number.NEGATIVE_INFINITY },
    wellAt: 1,
    before: null,
  }
}

export function allowed({ load, rate, health, inFlight, stuck }: PaceState): Allowed {
  const { limit, ceiling } = load
  const concurrency = health.down === null ? limit + stuck.calls : inFlight + 1
  const opensAt = Math.max(rate.shutUntil, health.down?.askAt ?? 0)
  return { concurrency: Math.min(ceiling, concurrency), perSecond: perSecondOf(rate), opensAt }
}

/** True while failures are attributed to the vendor: they do not count as attempts of the items. */
export function isUnwell({ health }: PaceState): boolean {
  return health.down !== null || health.failures >= DOWN_AFTER
}

/** What the next run should know; `now` in epoch ms. */
export function learned({ load, rate, wellAt }: PaceState, now: number): LearnedPace {
  const { perSecond, windowMs } = rate
  return { concurrency: Math.max(1, wellAt), perSecond, windowMs, baselineMs: load.baseline?.ms ?? null, at: now }
}

/** Why the pace is what it is, as a phrase for people. */
export function reasonOf({ load, rate, health }: PaceState): string {
  if (health.down !== null) {
    return health.down.silent
      ? 'vendor down (no answer); retrying with one call now and then'
      : 'vendor down (only errors); retrying with one call now and then'
  }
  return rate.reason === '' ? load.reason : rate.at >= load.at ? rate.reason : load.reason
}

/** A call is sent; `inFlight` includes it. */
export function callLeft(state: PaceState, at: number, inFlight: number): PaceState {
  const now = later(state, at)
  return {
    ...state,
    now,
    inFlight: whole(inFlight),
    leftWith: whole(inFlight),
    sent: counted(state.sent, now, 1),
    rate: asking(state.rate, now),
    health: callOut(state.health, now, inFlight),
  }
}

/** A call has been answered, or has failed without an answer. */
export function callSeen(before: PaceState, seen: Seen): PaceState {
  const at = later(before, seen.at)
  const sentAt = Number.isFinite(seen.sentAt) ? Math.min(seen.sentAt, at) : at
  const rate = seen.quotas === undefined ? before.rate : told(before.rate, seen.quotas, sentAt, before.sent)
  const state = unstuck({ ...before, now: at, inFlight: whole(seen.inFlight), rate }, sentAt)
  if (seen.kind === 'ok') return ok(state, sentAt, at, seen.latencyMs)
  const retryAfterMs = seen.retryAfterMs !== null && seen.retryAfterMs >= 0 ? seen.retryAfterMs : null
  return seen.kind === 'throttled'
    ? throttled(state, sentAt, at, retryAfterMs)
    : failed(state, sentAt, at, retryAfterMs)
}

/** A time step, with `inFlight` calls in flight; needed a few times a second, and not after a delay of our own. */
export function timePassed(before: PaceState, now: number, inFlight: number): PaceState {
  const at = later(before, now)
  const state = { ...before, now: at, inFlight: whole(inFlight) }
  const { waitingSince, down } = state.health
  if (down !== null || waitingSince === null || state.inFlight <= state.stuck.calls) return state
  if (at - waitingSince < silenceMs(state.health, state.load.baseline?.ms ?? null)) return state
  return { ...state, health: wentDown(state.health, waitingSince, at, true) }
}

function ok(state: PaceState, sentAt: number, at: number, latencyMs: number | null): PaceState {
  const known = latencyMs !== null && latencyMs >= 0 && Number.isFinite(latencyMs)
  const patient = known ? { ...state, health: wasOnlySlow(state.health, sentAt, latencyMs) } : state
  const back = returned(patient, sentAt, at)
  const health = succeeded(back.health, at)
  const rate = letThrough(back.rate, at, back.sent)
  // Calls sent together return together, so the last of them finds no others in flight.
  const inFlight = Math.max(back.inFlight + 1, back.leftWith) - back.stuck.calls
  const load = known ? served(back.load, sentAt, at, latencyMs, inFlight) : servedUnmeasured(back.load, at, inFlight)
  const wellAt = health.share < 0.05 ? provenAt(load, back.wellAt) : back.wellAt
  // A round of successes at the lower concurrency: that was the cause.
  const before = back.before !== null && sentAt > rate.cutAt && at - rate.cutAt > 2_000 ? null : back.before
  return { ...back, health, rate, load, wellAt, before }
}

/**
 * A refusal may be due to concurrency or rate. Concurrency is lowered first, if it was at its limit and recently raised;
 * if calls are still refused after that, it was the rate, and the limit is restored.
 */
function throttled(state: PaceState, sentAt: number, at: number, retryAfterMs: number | null): PaceState {
  const back = returned(state, sentAt, at)
  const rate = refusalSeen(back.rate, sentAt, at, retryAfterMs)
  const seen = { ...back, rate, health: wasThrottled(back.health, at), sent: counted(back.sent, sentAt, -1) }
  if (isExcused(rate.attribution)) return seen
  const { load, sent } = seen
  if (sentAt <= rate.cutAt || rate.perSecond !== null) {
    return { ...seen, rate: refused(rate, sentAt, at, retryAfterMs, sent) }
  }
  const atOnce = seen.before === null && back.inFlight + 1 >= load.limit && load.limit > 1
  const lower = atOnce ? lessened(load, sentAt, at, 1 / 6) : load
  if (lower === load) {
    const learned = refused(rate, sentAt, at, retryAfterMs, sent)
    return { ...seen, load: seen.before ?? load, before: null, rate: learned }
  }
  const waiting = { ...refused({ ...rate, cutAt: at }, sentAt, at, retryAfterMs, sent), refused: 0 }
  return { ...seen, before: load, load: halved(lower, at, 'the vendor refused calls'), rate: waiting }
}

function failed(state: PaceState, sentAt: number, at: number, retryAfterMs: number | null): PaceState {
  if (sentAt < state.stuck.sentBefore) return state
  let health = hasFailed(state.health, at)
  let { load, rate } = state
  if (tooMany(health, sentAt) && health.down === null) {
    load = halved(load, at, `${Math.round(100 * health.share)} % of calls failed`)
    health = { ...health, cutAt: at }
  }
  if (isDown(health)) {
    const since = health.failingSince ?? at
    health = wentDown(health, since, at, false)
    load = lessened(load, since, at, 1)
  }
  if (retryAfterMs !== null) {
    rate = { ...rate, shutUntil: Math.max(rate.shutUntil, at + Math.min(retryAfterMs, LONGEST_PAUSE_MS)) }
  }
  return { ...state, health, load, rate }
}

/** A vendor that was down answers again: ramps up from one call to where it was healthy. */
function returned(state: PaceState, sentAt: number, at: number): PaceState {
  const { down } = state.health
  if (down === null || (!down.silent && sentAt < down.since)) return state
  return {
    ...state,
    health: { ...state.health, down: null, share: 0, failures: 0, cutAt: at },
    load: regain(state.load, state.wellAt, at),
    stuck: { calls: state.inFlight, sentBefore: at },
  }
}

/** The limit known to be healthy; while ramping up again, the previous one. */
function provenAt({ phase, limit, proven, back, ceiling }: Load, before: number): number {
  if (phase === 'cruise') return limit
  return phase === 'ramp' && back === ceiling ? Math.max(1, proven) : before
}

function unstuck(state: PaceState, sentAt: number): PaceState {
  const { calls, sentBefore } = state.stuck
  return calls > 0 && sentAt < sentBefore ? { ...state, stuck: { calls: calls - 1, sentBefore } } : state
}

function later({ now }: PaceState, at: number): number {
  return at > now && Number.isFinite(at) ? at : now
}

function whole(calls: number): number {
  return calls > 0 && Number.isFinite(calls) ? Math.floor(calls) : 0
}
