/**
 * Whether refusals have to do with the rate at all. Some vendors answer 429 for reasons of their own, to a share of
 * calls, however rarely these come: a rate that is lowered for each of them ends at next to nothing.
 */
export interface Blame {
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

export const BLAMELESS: Blame = { first: null, limited: false, tried: 0, refused: 0, excused: null, share: 0 }

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

export function limitLearned(blame: Blame, perSecond: number): Blame {
  const limited = blame.limited || blame.excused !== null
  return { ...blame, first: perSecond, limited, tried: 0, refused: 0, excused: null }
}

/** A call was answered at a rate (null: none is known): refused for itself alone, or let through. */
export function answered(before: Blame, perSecond: number | null, refused: boolean): Blame {
  const share = before.share + (Number(refused) - before.share) * WEIGHT
  const blame = isExcused(before) ? { ...before, excused: towards(before.excused, refused) } : before
  if (!isFarBelow(blame, perSecond)) return { ...blame, share }
  return { ...blame, share, tried: blame.tried + 1, refused: blame.refused + Number(refused) }
}

function towards(excused: number | null, refused: boolean): number | null {
  return excused === null ? null : excused + (Number(refused) - excused) * EXCUSED_WEIGHT
}

function isFarBelow({ first }: Blame, perSecond: number | null): boolean {
  return first !== null && perSecond !== null && perSecond <= FAR_BELOW * first
}

/** Far below the first rate it stays until it is known whether refusals have to do with it. */
export function isInDoubt(blame: Blame, perSecond: number): boolean {
  return isFarBelow(blame, perSecond) && (blame.tried < FEWEST_TRIED || blame.refused <= MOST_SHARE * blame.tried)
}

/** The vendor refused everything for a while: it keeps a limit. */
export function keepsLimit(blame: Blame): Blame {
  return { ...blame, tried: 0, refused: 0, excused: null }
}

/** The share that is refused whatever the rate, once that has shown; null: it has not. */
export function excusedBy({ tried, refused }: Blame): number | null {
  const share = refused / tried
  return tried >= FEWEST_TRIED && refused >= FEWEST_REFUSED && share <= MOST_SHARE ? share : null
}

export function excuse(blame: Blame, share: number): Blame {
  return { ...blame, tried: 0, refused: 0, excused: share, share }
}

/** True where a refusal is one of those that have nothing to do with the rate. */
export function isExcused({ excused, share }: Blame): boolean {
  return excused !== null && share <= TIMES * excused + MORE
}
