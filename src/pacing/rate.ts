import type { LearnedPace } from '../domain/kept-pace.ts'
import { LONGEST_PAUSE_MS } from './pause.ts'
import {
  answered,
  excuse,
  excusedBy,
  isExcused,
  isInDoubt,
  keepsLimit,
  limitLearned,
  type RefusalAttribution,
  UNATTRIBUTED,
} from './refusal-attribution.ts'
import { type SendCounts, sentWithin } from './send-counts.ts'

/**
 * How many calls a second, learned from refusals. When the vendor refuses a call for having come too soon, what it
 * admitted in the window before is its limit; how long it goes on refusing tells which window that is. Instants and
 * durations in ms.
 */
export interface Rate {
  /** Null: no limit was met yet. */
  readonly perSecond: number | null
  /** The window that the limit seems to count in. */
  readonly windowMs: number
  /** Refusals of calls sent before were answered already. */
  readonly cutAt: number
  /** When it is raised next, by what factor, and how long it is left after a rise that was too much. */
  readonly raiseAt: number
  readonly factor: number
  readonly holdMs: number
  readonly raised: boolean
  /** Calls were refused before there were enough to learn from. */
  readonly warned: boolean
  /** Nobody sends before. */
  readonly shutUntil: number
  /** Refusals in a row. */
  readonly refused: number
  /** The first of them, and what had left before it in a second, ten, and a minute. */
  readonly refusing: { readonly since: number; readonly sent: readonly number[] } | null
  readonly attribution: RefusalAttribution
  /** A limit of the vendor's own telling whose window is known: calls leave so evenly that it is kept. */
  readonly told: { readonly limit: number; readonly windowMs: number; readonly perSecond: number } | null
  readonly reason: string
  /** When that was decided. */
  readonly at: number
}

export const WINDOWS_MS = [1_000, 10_000, 60_000] as const
/** The network bunches what leaves evenly: so much less than the limit is sent. */
export const MARGIN = 0.988
const FIRST_HOLD_MS = 60_000
const LONGEST_HOLD_MS = 600_000
const FIRST_FACTOR = 1.02
const LARGEST_FACTOR = 1.5
/** So many refusals in a row, and nothing else: everybody waits. */
const REFUSED_ALTOGETHER = 3
const FIRST_PAUSE_MS = 1_000
const LONGEST_BACKOFF_MS = 60_000
/** Refusing for longer than this is not the window of a second. */
const BEYOND_A_SECOND_MS = 2_500
const HANDFUL = 5
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

/** With what an earlier run learned, somewhat below it: it is raised soon where nothing is refused. */
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
    reason: `${words(perSecond)}: near what it was`,
    at: 0,
  }
}

/** Counts a refusal. One that has nothing to do with the rate changes nothing else; see `excused`. */
export function refusalSeen(before: Rate, sentAt: number, at: number, retryAfterMs: number | null): Rate {
  const rate = { ...before, shutUntil: Math.max(before.shutUntil, askedUntil(at, retryAfterMs)) }
  if (rate.refused + 1 >= REFUSED_ALTOGETHER) return { ...rate, attribution: keepsLimit(rate.attribution) }
  if (sentAt <= rate.cutAt) return rate
  const attribution = answered(rate.attribution, rate.perSecond, true)
  const share = excusedBy(attribution)
  if (share === null) return { ...rate, attribution }
  const perSecond = attribution.limited ? attribution.first : null
  const why = `the vendor refuses ${Math.round(100 * share)} % of calls, whatever their rate`
  const reason = `${perSecond === null ? 'as many as it bears' : words(perSecond)}: ${why}`
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

/** True where the refusal that was counted last says nothing of the rate. */
export function excused({ attribution }: Rate): boolean {
  return isExcused(attribution)
}

/** A call was refused for having come too soon. */
export function refused(rate: Rate, sentAt: number, at: number, retryAfterMs: number | null, sent: SendCounts): Rate {
  const refusing = rate.refusing ?? {
    since: at,
    sent: WINDOWS_MS.map((windowMs) => sentWithin(sent, windowMs, sentAt)),
  }
  const inRow = rate.refused + 1
  const asked = askedUntil(at, retryAfterMs)
  const met: Rate = { ...rate, refusing, refused: inRow }
  if (sentAt <= rate.cutAt) return met
  return rate.perSecond === null ? learned(met, at, asked) : slowed(met, rate.perSecond, at, asked, sent)
}

/** The first limit that is met: a second's pause, and then as many a second as it let through. */
function learned(rate: Rate, at: number, asked: number): Rate {
  const [inASecond = 1] = rate.refusing?.sent ?? []
  // After a handful of calls that is no limit yet, but perhaps somebody else's calls, or those of a process before.
  if (inASecond < HANDFUL && !rate.warned) {
    const shutUntil = Math.max(rate.shutUntil, asked > 0 ? asked : at + FIRST_PAUSE_MS)
    return { ...rate, warned: true, shutUntil, cutAt: at, reason: 'a wait: the vendor refused a call', at }
  }
  const perSecond = MARGIN * Math.max(1, inASecond)
  const shutUntil = Math.max(rate.shutUntil, asked > 0 ? asked : at + FIRST_PAUSE_MS)
  return {
    ...rate,
    perSecond,
    shutUntil,
    cutAt: at,
    raiseAt: shutUntil + 2 * WINDOWS_MS[0],
    raised: false,
    attribution: limitLearned(rate.attribution, perSecond),
    reason: `${words(perSecond)}: the vendor refused what came faster`,
    at,
  }
}

function slowed(rate: Rate, before: number, at: number, asked: number, sent: SendCounts): Rate {
  const altogether = rate.refused >= REFUSED_ALTOGETHER
  const admitted = (sentWithin(sent, rate.windowMs, at) * 1_000) / rate.windowMs
  // Where little was let through of late there was a pause: it says nothing of the limit.
  const stays = altogether || isInDoubt(rate.attribution, before)
  const perSecond = stays ? before : MARGIN * Math.max(0.8 * before, Math.min(before, admitted))
  const pause = Math.min(LONGEST_BACKOFF_MS, FIRST_PAUSE_MS * 2 ** Math.min(16, rate.refused - REFUSED_ALTOGETHER))
  // Where a refusal makes everybody wait, more is tried more rarely.
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
    reason: `${words(perSecond)}: the vendor refused a call`,
    at,
  }
}

/** A call was let through. `used`: calls left as fast as they might. */
export function letThrough(before: Rate, at: number, sent: SendCounts): Rate {
  const { perSecond, attribution } = before
  const counts = perSecond !== null || attribution.excused !== null
  const rate = counts ? { ...before, attribution: answered(attribution, perSecond, false) } : before
  if (rate.refused === 0 && (rate.perSecond === null || at < rate.raiseAt)) return rate
  const open = rate.refusing === null ? rate : { ...afterRefusing(rate, at), refused: 0, refusing: null }
  if (open.perSecond === null || at < open.raiseAt) return open
  return risen(open, open.perSecond, at, sent)
}

/** How long it refused tells in which window it counts. */
function afterRefusing(rate: Rate, at: number): Rate {
  const lastedMs = at - (rate.refusing?.since ?? at)
  const longer = lastedMs > BEYOND_A_SECOND_MS
  if (!longer || rate.perSecond === null) return rate
  const nth = lastedMs > 1.1 * (WINDOWS_MS[1] as number) ? 2 : 1
  const windowMs = WINDOWS_MS[nth] as number
  const perSecond = (MARGIN * Math.max(1, rate.refusing?.sent[nth] ?? 1) * 1_000) / windowMs
  if (perSecond >= rate.perSecond) return rate
  const reason = `${words(perSecond)}: the vendor let ${Math.round((perSecond * windowMs) / 1_000)} through in ${windowMs / 1_000} s`
  return { ...rate, perSecond, windowMs, raiseAt: at + 2 * windowMs, factor: FIRST_FACTOR, reason, at }
}

/** All went well at this rate, and it was used: a little more. */
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
    reason: `${words(perSecond)}: the vendor refused nothing`,
    at,
  }
}

export function perSecondOf({ perSecond, told }: Rate): number | null {
  if (perSecond === null || told === null) return perSecond ?? told?.perSecond ?? null
  return Math.min(perSecond, told.perSecond)
}

/** While everything is refused one call at a time asks. */
export function asking(rate: Rate, at: number): Rate {
  return rate.refused >= REFUSED_ALTOGETHER
    ? { ...rate, shutUntil: Math.max(rate.shutUntil, at + FIRST_PAUSE_MS) }
    : rate
}

export function words(perSecond: number): string {
  return perSecond >= 1 ? `${perSecond.toFixed(1)} calls a second` : `${(perSecond * 60).toFixed(1)} calls a minute`
}
