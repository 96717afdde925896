import { fitAll, fitRates, type RateFit } from './fit-rates.ts'
import { type LookCell, totalsOf } from './looks.ts'
import { FIRST_MATCHES, fitMatches, type MatchBelief } from './match-belief.ts'
import { FIRST_BELIEF } from './rate-belief.ts'

/** What was seen of the records of a group: by cells, and how their tries ended. */
export interface GroupSeen {
  readonly group: string
  readonly cells: readonly LookCell[]
  readonly tries: MatchBelief
}

/** What is believed of a record of a group before its own looks. */
export interface GroupBelief extends RateFit {
  readonly matches: MatchBelief
}

export interface Beliefs {
  /** Of a record of a group that is not among `groups`. */
  readonly all: GroupBelief
  readonly groups: ReadonlyMap<string, GroupBelief>
}

/** With fewer looks than this there is nothing to order by yet. */
export const LEAST_LOOKS = 50

/** What the groups' looks and tries show: all records first, which are then the prior of each group. Null: too few looks. */
export function estimate(seen: readonly GroupSeen[]): Beliefs | null {
  const cells = seen.flatMap((group) => group.cells)
  if (totalsOf(cells).looks < LEAST_LOOKS) return null
  const tries = {
    found: seen.reduce((sum, group) => sum + group.tries.found, 0),
    missed: seen.reduce((sum, group) => sum + group.tries.missed, 0),
  }
  const all = {
    ...fitAll(
      seen.map((group) => group.cells),
      FIRST_BELIEF,
    ),
    matches: fitMatches(tries, FIRST_MATCHES),
  }
  const groups = seen.map((each): [string, GroupBelief] => {
    const belief = { rate: fitRates(each.cells, all), noise: all.noise, matches: fitMatches(each.tries, all.matches) }
    return [each.group, belief]
  })
  return { all, groups: new Map(groups) }
}
