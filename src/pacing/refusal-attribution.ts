/**
 * Whether refusals have to do with the rate at all. Some vendors answer 429 for reasons of their own, to a share of
 * calls, however rarely these come: a rate that is lowered for each of them ends at next to nothing.
 */
export interface RefusalAttribution {
  /** The rate that was learned from a first refusal, calls a second; null: none was. */
  readonly first: number | null
  /** Refusals were excused, and there was a limit all the same. */
  readonly limited: boolean
  /** Calls answered while the rate was far below that, and how many of them were refused. */
  readonly tried: number
  readonly refused: number
  /** The share of calls that is refused whatever the rate; null: refusals tell of the rate. */
  readonly excused: number | null
  /** The share of calls refused of late. */
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

/** So far below the rate that was let through no refusal should be for the rate. */
const FAR_BELOW = 0.75
const FEWEST_TRIED = 12
const FEWEST_REFUSED = 3
/** More than that is a limit, wherever it comes from. */
const MOST_SHARE = 0.35
const WEIGHT = 1 / 96
/** What is excused is known better with every call. */
const EXCUSED_WEIGHT = 1 / 512
/** Clearly more refusals than those that are excused: there is a limit too. */
const TIMES = 1.5
const MORE = 0.05

export function limitLearned(attribution: RefusalAttribution, perSecond: number): RefusalAttribution {
  const limited = attribution.limited || attribution.excused !== null
  return { ...attribution, first: perSecond, limited, tried: 0, refused: 0, excused: null }
}

/** A call was answered at a rate (null: none is known): refused for itself alone, or let through. */
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

/** Far below the first rate it stays until it is known whether refusals have to do with it. */
export function isInDoubt(attribution: RefusalAttribution, perSecond: number): boolean {
  return (
    isFarBelow(attribution, perSecond) &&
    (attribution.tried < FEWEST_TRIED || attribution.refused <= MOST_SHARE * attribution.tried)
  )
}

/** The vendor refused everything for a while: it keeps a limit. */
export function keepsLimit(attribution: RefusalAttribution): RefusalAttribution {
  return { ...attribution, tried: 0, refused: 0, excused: null }
}

/** The share that is refused whatever the rate, once that has shown; null: it has not. */
export function excusedBy({ tried, refused }: RefusalAttribution): number | null {
  const share = refused / tried
  return tried >= FEWEST_TRIED && refused >= FEWEST_REFUSED && share <= MOST_SHARE ? share : null
}

export function excuse(attribution: RefusalAttribution, share: number): RefusalAttribution {
  return { ...attribution, tried: 0, refused: 0, excused: share, share }
}

/** True where a refusal is one of those that have nothing to do with the rate. */
export function isExcused({ excused, share }: RefusalAttribution): boolean {
  return excused !== null && share <= TIMES * excused + MORE
}
