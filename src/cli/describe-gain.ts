import { figure, percent, roundFigure } from '../domain/words/figure.ts'
import type { GainGroup, GainPlan, RecordGain } from '../schedule/gain-plan.ts'

/** What an order by gain does, as lines of a plan. */
export function gainWords(gain: GainPlan | undefined): string[] {
  if (gain === undefined) return []
  const { looks, needed, next, groups, allGroups, noise, sampled } = gain
  if (next === null)
    return [
      `  order    stalest first: ${figure(looks)} looks at records so far, and the order by gain begins with ${needed}`,
    ]
  const more = allGroups - groups.length
  const part =
    sampled === null
      ? []
      : [
          `           the table is too large to order every record: those that are too young to be chosen, by a cut for each group, are left out`,
          `           figures are of 1 record in ${figure(Math.round(1 / sampled))}`,
        ]
  return [
    `  order    by gain, from ${figure(looks)} looks at records${noise > 0 ? `; about ${percent(noise, 1)} of them show a change that is none` : ''}`,
    ...part,
    ...groups.map((group) => `           ${nameOf(group)}: ${groupWords(group)}`),
    ...(more > 0 ? [`           and ${figure(more)} smaller groups`] : []),
    ...nextWords(next),
  ]
}

function nextWords({ records, byGain, stalestFirst, gains, stalestIsAsGood }: NonNullable<GainPlan['next']>): string[] {
  const corrections = `about ${roundFigure(byGain.corrections)} corrections instead of ${roundFigure(stalestFirst.corrections)}`
  const days = `${percent(Math.max(0, gains), 1)} more days right`
  return [
    `           the next ${figure(records)} records: ${corrections}, and ${days} than stalest first`,
    ...(stalestIsAsGood ? ['           stalest first is as good on this table'] : []),
  ]
}

function groupWords({ looks, changed, changesAYear, waiting, likelyWrong }: GainGroup): string {
  const rate = changesAYear === null ? 'not known' : everyWords(changesAYear)
  const wrong = likelyWrong === null ? '' : `, ${percent(likelyWrong, waiting)} of them likely wrong`
  return `changes ${rate} (${figure(changed)} of ${figure(looks)} looks found a change), ${figure(waiting)} wait${wrong}`
}

/** "about every 2.1 years", "about 3 times a year". */
function everyWords(changesAYear: number): string {
  if (changesAYear >= 1) return `about ${roundFigure(changesAYear)} times a year`
  return `about every ${roundFigure(1 / changesAYear)} years`
}

function nameOf({ group }: Pick<GainGroup, 'group'>): string {
  const parts = Object.entries(group).map(([column, value]) => `${column} ${value === '' ? '(none)' : value}`)
  return parts.length === 0 ? 'all records' : parts.join(', ')
}

/** Why a record is where it is. */
export function describeRecord({ key, job, waits, group }: RecordGain): string[] {
  if (group === null) return [`${key}: there is no such record`]
  if (waits === null) return [`${key}: it does not wait for ${job}: it is not eligible, or on cool-down`]
  const { ageDays, changesAYear, likelyWrong, match, weight, place, stalestPlace, of, looks, changed } = waits
  const own = looks === 0 ? 'none of its own yet' : `${figure(changed)} of its own ${figure(looks)}`
  const age = ageDays === null ? 'never refreshed' : `${figure(Math.round(ageDays))} days old`
  return [
    `${key}: place ${figure(place)} of ${figure(of)} in the order of ${job}; stalest first it would be ${figure(stalestPlace)}`,
    `  changes ${everyWords(changesAYear)}: ${figure(group.changed)} of ${figure(group.looks)} looks at its group (${nameOf(group)}) found a change, ${own}`,
    `  ${age}, ${percent(likelyWrong, 1)} likely wrong, ${percent(match, 1)} likely found, weight ${roundFigure(weight)}`,
  ]
}
