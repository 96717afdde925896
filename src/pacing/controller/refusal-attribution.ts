/**
 * Whether refusals are related to the rate at all. Some vendors answer 429 to a share of calls at any rate; lowering the
 * rate for each of those would bring it down to almost nothing.
 */
export interface RefusalAttribution {
  /** The rate learned from the first refusal, calls per second; null: none. */
  readonly first: number | null
  /** A limit was found although refusals were excused before. */
  readonly limited: boolean
  /** Calls answered while the rate was far below `first`, and how many of them were refused. */
  readonly tried: number
  readonly refused: number
  /** The share of calls refused at any rate; null: refusals are attributed to the rate. */
  readonly excused: number | null
  /** The recent share of refused calls (moving average). */
  readonly share: number
}

export const UNATTRIBUTED: RefusalAttribution = {
  first: null,
  limited: false,
  tried: 0,
  refused: 0,
  excused: null,
  share: 0,
}

/** Below this share of the admitted rate, refusals should not be due to the rate. */
const FAR_BELOW = 0.75
const FEWEST_TRIED = 12
const FEWEST_REFUSED = 3
/** A higher share of refusals indicates a limit in any case. */
const MOST_SHARE = 0.35
const WEIGHT = 1 / 96
const EXCUSED_WEIGHT = 1 / 512
/** Refusals beyond TIMES × excused + MORE indicate a limit as well. */
const TIMES = 1.5
const MORE = 0.05

export function limitLearned(attribution: RefusalAttribution, perSecond: number): RefusalAttribution {
  const limited = attribution.limited || attribution.excused !== null
  return { ...attribution, first: perSecond, limited, tried: 0, refused: 0, excused: null }
}

/** Counts an answered call at a rate (null: not known). */
export function answered(before: RefusalAttribution, perSecond: number | null, refused: boolean): RefusalAttribution {
  const share = before.share + (Number(refused) - before.share) * WEIGHT
  const attribution = isExcused(before) ? { ...before, excused: towards(before.excused, refused) } : before
  if (!isFarBelow(attribution, perSecond)) return { ...attribution, share }
  return { ...attribution, share, tried: attribution.tried + 1, refused: attribution.refused + Number(refused) }
}

function towards(excused: number | null, refused: boolean): number | null {
  return excused === null ? null : excused + (Number(refused) - excused) * EXCUSED_WEIGHT
}

function isFarBelow({ first }: RefusalAttribution, perSecond: number | null): boolean {
  return first !== null && perSecond !== null && perSecond <= FAR_BELOW * first
}

/** True if the rate is far below the first one and it is undecided whether refusals depend on it: then it is kept. */
export function isInDoubt(attribution: RefusalAttribution, perSecond: number): boolean {
  return (
    isFarBelow(attribution, perSecond) &&
    (attribution.tried < FEWEST_TRIED || attribution.refused <= MOST_SHARE * attribution.tried)
  )
}

/** The vendor refused everything for a while, so there is a limit. */
export function keepsLimit(attribution: RefusalAttribution): RefusalAttribution {
  return { ...attribution, tried: 0, refused: 0, excused: null }
}

/** The share of calls refused at any rate, once it is established; null: not yet. */
export function excusedBy({ tried, refused }: RefusalAttribution): number | null {
  const share = refused / tried
  return tried >= FEWEST_TRIED && refused >= FEWEST_REFUSED && share <= MOST_SHARE ? share : null
}

export function excuse(attribution: RefusalAttribution, share: number): RefusalAttribution {
  return { ...attribution, tried: 0, refused: 0, excused: share, share }
}

/** True if the last counted refusal is not attributed to the rate. */
export function isExcused({ excused, share }: RefusalAttribution): boolean {
  return excused !== null && share <= TIMES * excused + MORE
}
