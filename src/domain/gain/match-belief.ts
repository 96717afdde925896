/** How often the vendor finds a record: a Beta distribution. Its mean is `found / (found + missed)`. */
export interface MatchBelief {
  readonly found: number
  readonly missed: number
}

/** Where nothing was asked for yet. */
export const FIRST_MATCHES: MatchBelief = { found: 9, missed: 1 }

/** What a group's match rate counts for beside the record's own: as much as one try of it. */
const TRIES_OF_GROUP = 1
/** What the prior counts for in a group: as much as so many tries. */
const TRIES_OF_PRIOR = 20

export function matchRate({ found, missed }: MatchBelief): number {
  return found / (found + missed)
}

/** The belief in a group's records, whose tries ended so often in either way. */
export function fitMatches(tries: MatchBelief, prior: MatchBelief): MatchBelief {
  const rate = matchRate(narrowed(prior, TRIES_OF_PRIOR, tries))
  return { found: TRIES_OF_GROUP * rate, missed: TRIES_OF_GROUP * (1 - rate) }
}

/** What is believed of one record, by its own tries. */
export function ownMatches(group: MatchBelief, own: MatchBelief): MatchBelief {
  return { found: group.found + own.found, missed: group.missed + own.missed }
}

function narrowed(prior: MatchBelief, weight: number, tries: MatchBelief): MatchBelief {
  const rate = matchRate(prior)
  return { found: weight * rate + tries.found, missed: weight * (1 - rate) + tries.missed }
}
