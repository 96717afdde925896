import type { LearnedPace } from '../../domain/run/kept-pace.ts'
import { rateWords } from '../../domain/words/words.ts'
import { LONGEST_PAUSE_MS } from './pause.ts'
import {
  answered,
  excuse,
  excusedBy,
  isInDoubt,
  keepsLimit,
  limitLearned,
  type RefusalAttribution,
  UNATTRIBUTED,
} from './refusal-attribution.ts'
import { BEYOND_A_SECOND_MS, HANDFUL, type Refusing, refusedAgain, WINDOWS_MS, windowBehind } from './refusing.ts'
import { type SendCounts, sentWithin } from './send-counts.ts'

/**
 * The rate limit, learned from refusals. When the vendor refuses a call because of its rate, the number of calls admitted
 * in the window before is the limit; how long it keeps refusing shows how long that window is. Instants and durations
 * in ms.
 */
export interface Rate {
  /** Null: no limit has been met yet. */
  readonly perSecond: number | null
  /** The window that the limit seems to count in. */
  readonly windowMs: number
  /** Refusals of calls sent before this have been reacted to. */
  readonly cutAt: number
  /** When the rate is raised next, by which factor, and the wait after an increase that was too much. */
  readonly raiseAt: number
  readonly factor: number
  readonly holdMs: number
  readonly raised: boolean
  /** A call was refused before there were enough calls to learn from. */
  readonly warned: boolean
  /** Nothing is sent before this instant. */
  readonly shutUntil: number
  /** Refusals in a row. */
  readonly refused: number
  readonly refusing: Refusing | null
  readonly attribution: RefusalAttribution
  /** A limit reported by the vendor whose window is known: it is kept by spacing calls. */
  readonly told: { readonly limit: number; readonly windowMs: number; readonly perSecond: number } | null
  readonly reason: string
  /** When `reason` was set. */
  readonly at: number
}

/** The share of a limit that is used, since the network bunches calls that are sent evenly. */
export const MARGIN = 0.988
const FIRST_HOLD_MS = 60_000
const LONGEST_HOLD_MS = 600_000
const FIRST_FACTOR = 1.02
const LARGEST_FACTOR = 1.5
/** After this many refusals in a row, all calls wait. */
const REFUSED_ALTOGETHER = 3
const FIRST_PAUSE_MS = 1_000
const LONGEST_BACKOFF_MS = 60_000
const CAUTION = 0.9
const SLOWEST_PER_SECOND = 1 / 60

const NO_RATE: Rate = {
  perSecond: null,
  windowMs: 1_000,
  cutAt: Number.NEGATIVE_INFINITY,
  raiseAt: 0,
  factor: FIRST_FACTOR,
  holdMs: FIRST_HOLD_MS / 2,
  raised: false,
  warned: false,
  shutUntil: 0,
  refused: 0,
  refusing: null,
  attribution: UNATTRIBUTED,
  told: null,
  reason: '',
  at: Number.NEGATIVE_INFINITY,
}

/** Starts slightly below what an earlier run learned; raised soon if nothing is refused. */
export function startRate(learned: LearnedPace | null): Rate {
  if (learned === null || learned.perSecond === null) return NO_RATE
  const { windowMs } = learned
  const perSecond = CAUTION * learned.perSecond
  return {
    ...NO_RATE,
    perSecond,
    windowMs,
    attribution: limitLearned(UNATTRIBUTED, learned.perSecond),
    raiseAt: 2 * windowMs,
    reason: `${rateWords(perSecond)}: near the rate of an earlier run`,
    at: 0,
  }
}

/** Counts a refusal. One that is not attributed to the rate changes nothing else; see `isExcused`. */
export function refusalSeen(before: Rate, sentAt: number, at: number, retryAfterMs: number | null): Rate {
  const shutUntil = Math.max(before.shutUntil, askedUntil(at, retryAfterMs))
  const rate = { ...before, refusing: goesOn(before, sentAt), shutUntil }
  if (rate.refused + 1 >= REFUSED_ALTOGETHER) return { ...rate, attribution: keepsLimit(rate.attribution) }
  if (sentAt <= rate.cutAt) return rate
  const attribution = answered(rate.attribution, rate.perSecond, true)
  const share = excusedBy(attribution)
  if (share === null) return { ...rate, attribution }
  const perSecond = attribution.limited ? attribution.first : null
  const why = `the vendor refuses ${Math.round(100 * share)} % of calls, whatever their rate`
  const reason = `${perSecond === null ? 'no rate limit found' : rateWords(perSecond)}: ${why}`
  return {
    ...rate,
    attribution: excuse(attribution, share),
    perSecond,
    warned: false,
    refused: 0,
    refusing: null,
    reason,
    at,
  }
}

function askedUntil(at: number, retryAfterMs: number | null): number {
  return retryAfterMs === null ? 0 : at + Math.min(retryAfterMs, LONGEST_PAUSE_MS)
}

export function refused(rate: Rate, sentAt: number, at: number, retryAfterMs: number | null, sent: SendCounts): Rate {
  const refusing = refusedAgain(rate.refusing, sentAt, at, retryAfterMs, sent)
  const inRow = rate.refused + 1
  const asked = askedUntil(at, retryAfterMs)
  const met: Rate = { ...rate, refusing, refused: inRow }
  if (sentAt <= rate.cutAt) return met
  return rate.perSecond === null ? learned(met, at, asked) : slowed(met, rate.perSecond, at, asked, sent)
}

/**
 * The refusals that this one continues; null: none. Where nothing was sent for longer than pause and rate explain (the
 * process stood still, the database was unreachable), nobody knows whether the vendor refused meanwhile.
 */
function goesOn({ refusing, shutUntil, perSecond }: Rate, sentAt: number): Rate['refusing'] {
  if (refusing === null) return null
  const spacingMs = perSecond === null ? 0 : 1_000 / perSecond
  return sentAt - Math.max(refusing.last, shutUntil) > BEYOND_A_SECOND_MS + 2 * spacingMs ? null : refusing
}

/** The first limit met: pauses for a second, then continues at the rate that the vendor admitted. */
function learned(rate: Rate, at: number, asked: number): Rate {
  const [inASecond = 1] = rate.refusing?.sent ?? []
  const shutUntil = Math.max(rate.shutUntil, asked > 0 ? asked : at + FIRST_PAUSE_MS)
  // After a handful of calls this is not yet a limit: calls of others or of an earlier process may be the cause.
  if (inASecond < HANDFUL && !rate.warned)
    return { ...rate, warned: true, shutUntil, cutAt: at, reason: 'waiting: the vendor refused a call', at }
  const perSecond = MARGIN * Math.max(1, inASecond)
  return {
    ...rate,
    perSecond,
    shutUntil,
    cutAt: at,
    raiseAt: shutUntil + 2 * WINDOWS_MS[0],
    raised: false,
    attribution: limitLearned(rate.attribution, perSecond),
    reason: `${rateWords(perSecond)}: the vendor refused what came faster`,
    at,
  }
}

function slowed(rate: Rate, before: number, at: number, asked: number, sent: SendCounts): Rate {
  const altogether = rate.refused >= REFUSED_ALTOGETHER
  const admitted = (sentWithin(sent, rate.windowMs, at) * 1_000) / rate.windowMs
  // If few calls were admitted recently, there was a pause, which says nothing about the limit.
  const stays = altogether || isInDoubt(rate.attribution, before)
  const perSecond = stays ? before : MARGIN * Math.max(0.8 * before, Math.min(before, admitted))
  const pause = Math.min(LONGEST_BACKOFF_MS, FIRST_PAUSE_MS * 2 ** Math.min(16, rate.refused - REFUSED_ALTOGETHER))
  // If a refusal makes all calls wait, increases are tried more rarely.
  const longer = asked > 0 ? 4 : 2
  const holdMs = rate.raised ? Math.min(LONGEST_HOLD_MS, longer * rate.holdMs) : rate.holdMs
  return {
    ...rate,
    perSecond: Math.max(SLOWEST_PER_SECOND, perSecond),
    shutUntil: Math.max(rate.shutUntil, altogether && asked === 0 ? at + pause : 0),
    cutAt: at,
    holdMs,
    raiseAt: Math.max(rate.raiseAt, at + Math.max(holdMs, 2 * rate.windowMs)),
    factor: FIRST_FACTOR,
    raised: false,
    reason: `${rateWords(perSecond)}: the vendor refused a call`,
    at,
  }
}

/** A call was admitted. */
export function letThrough(before: Rate, at: number, sent: SendCounts): Rate {
  const { perSecond, attribution } = before
  const counts = perSecond !== null || attribution.excused !== null
  const rate = counts ? { ...before, attribution: answered(attribution, perSecond, false) } : before
  if (rate.refused === 0 && rate.refusing === null && (rate.perSecond === null || at < rate.raiseAt)) return rate
  const open = rate.refusing === null ? rate : { ...afterRefusing(rate, at), refused: 0, refusing: null }
  if (open.perSecond === null || at < open.raiseAt) return open
  return risen(open, open.perSecond, at, sent)
}

/** Derives the limit's window from how long refusals lasted: until calls went out again, slow or lost as they may be. */
function afterRefusing(rate: Rate, at: number): Rate {
  const window = rate.refusing === null ? null : windowBehind(rate.refusing, rate.shutUntil, at)
  if (window === null || rate.perSecond === null) return rate
  const { windowMs, admitted } = window
  const perSecond = (MARGIN * admitted * 1_000) / windowMs
  if (perSecond >= rate.perSecond) return rate
  const reason = `${rateWords(perSecond)}: the vendor let ${Math.round((perSecond * windowMs) / 1_000)} through in ${windowMs / 1_000} s`
  return { ...rate, perSecond, windowMs, raiseAt: at + 2 * windowMs, factor: FIRST_FACTOR, reason, at }
}

/** No refusals at this rate, and it was used: raises it a little. */
function risen(rate: Rate, before: number, at: number, sent: SendCounts): Rate {
  const used = (sentWithin(sent, rate.windowMs, at) * 1_000) / rate.windowMs
  const raiseAt = at + 1.2 * rate.windowMs
  if (used < 0.9 * before) return { ...rate, raiseAt }
  const perSecond = before * rate.factor
  return {
    ...rate,
    perSecond,
    raiseAt,
    raised: true,
    factor: Math.min(LARGEST_FACTOR, 1 + 2 * (rate.factor - 1)),
    reason: `${rateWords(perSecond)}: the vendor refused nothing`,
    at,
  }
}

export function perSecondOf({ perSecond, told }: Rate): number | null {
  if (perSecond === null || told === null) return perSecond ?? told?.perSecond ?? null
  return Math.min(perSecond, told.perSecond)
}

/** While everything is refused, calls go one at a time, as probes. */
export function asking(rate: Rate, at: number): Rate {
  return rate.refused >= REFUSED_ALTOGETHER
    ? { ...rate, shutUntil: Math.max(rate.shutUntil, at + FIRST_PAUSE_MS) }
    : rate
}
