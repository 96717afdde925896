import { DAYS_A_YEAR } from '../../src/domain/gain/rate-belief.ts'
import { lognormal } from '../pace/random.ts'

export const MONTH_DAYS = DAYS_A_YEAR / 12

/** A table of people and a vendor, whose true rates nobody is told but the oracle. */
export interface World {
  readonly records: number
  /** Records that a month's credits pay for. */
  readonly credits: number
  /** Changes a year, by group. Records are dealt out to the groups in turn. */
  readonly rates: readonly number[]
  /** Coefficient of variation of a person's own rate about the group's. */
  readonly spread: number
  /** Whether the user has named the column of the groups. */
  readonly named: boolean
  /** Share of people that the vendor has, by group; a person's own is 0 or 1 where `certain`. */
  readonly matched: number
  /** Whether a miss costs what a match does. */
  readonly missCosts: boolean
  readonly weights: readonly number[]
  /** Each rate is multiplied by this in a year, in every second group; divided by it in the others. */
  readonly drift: number
  /** Share of looks that show a change where there was none: a column that changes by itself. */
  readonly noise: number
  /** How late the vendor itself is, days: what it gives was right so long ago. */
  readonly lateDays: number
  /** Share of the month's credits that another job spends, evenly, every third day; the month end spends the rest. */
  readonly early: number
}

export const UNEVEN: World = {
  records: 3_000,
  credits: 300,
  rates: [0.06, 0.5, 3],
  spread: 0.5,
  named: true,
  matched: 1,
  missCosts: false,
  weights: [1],
  drift: 1,
  noise: 0,
  lateDays: 0,
  early: 0,
}

export const WORLDS: Readonly<Record<string, World>> = {
  'uneven: 0.06, 0.5 and 3 changes a year': UNEVEN,
  'uneven, groups not named': { ...UNEVEN, named: false },
  'uneven, 2 % of the table a month': { ...UNEVEN, credits: 60 },
  'uneven, 50 % of the table a month': { ...UNEVEN, credits: 1_500 },
  'milder: 0.12, 0.35 and 1': { ...UNEVEN, rates: [0.12, 0.35, 1] },
  'mild: 0.2 and 0.6': { ...UNEVEN, rates: [0.2, 0.6] },
  'all alike: 0.35, no spread': { ...UNEVEN, rates: [0.35], spread: 0 },
  'very uneven people, one group': { ...UNEVEN, rates: [0.5], spread: 2 },
  'misses, which cost': { ...UNEVEN, matched: 0.7, missCosts: true },
  'misses, which are free': { ...UNEVEN, matched: 0.7 },
  'weights 1 and 5': { ...UNEVEN, weights: [1, 1, 1, 5] },
  'rates that drift, by a half a year': { ...UNEVEN, drift: 1.5 },
  'a vendor that is three months late': { ...UNEVEN, lateDays: 91 },
  'a job every third day has half of the credits, the month end the rest': { ...UNEVEN, early: 0.5 },
  'a column that changes in every second look': { ...UNEVEN, noise: 0.5 },
  'a column that always changes': { ...UNEVEN, noise: 1 },
}

export interface Person {
  readonly at: number
  readonly group: number
  readonly weight: number
  /** Changes a day at the start; what it is at a time is `rateAt`. */
  readonly rate: number
  /** When it truly changes, in days since the start: the same whatever the order. */
  readonly changes: readonly number[]
  readonly matched: boolean
  /** Days since the start; null: never refreshed. */
  refreshedAt: number | null
  /** When the data in the table stops being right. */
  rightUntil: number
  restsUntil: number
  looks: number
  changed: number
  unchangedDays: number
  changedDays: number
  found: number
  missed: number
}

/** How long a world is watched, and how long it has existed by then. */
export const MONTHS = 36
const BEFORE_DAYS = 2 * DAYS_A_YEAR

export function populate(world: World, random: () => number): Person[] {
  return Array.from({ length: world.records }, (_, at): Person => {
    const group = at % world.rates.length
    const mean = (world.rates[group] as number) / DAYS_A_YEAR
    const rate = world.spread === 0 ? mean : lognormal(random, mean, world.spread)
    const changes = changesOf(rate, group, world, random)
    const refreshedAt = random() < 0.1 ? null : -random() * DAYS_A_YEAR
    const rightUntil = refreshedAt === null ? Number.NEGATIVE_INFINITY : nextChange(changes, refreshedAt)
    const weight = world.weights[Math.floor(random() * world.weights.length)] as number
    const seen = { looks: 0, changed: 0, unchangedDays: 0, changedDays: 0, found: 0, missed: 0 }
    const matched = random() < world.matched
    return { at, group, weight, rate, changes, matched, refreshedAt, rightUntil, restsUntil: 0, ...seen }
  })
}

/** Changes a day at a time: rates drift from the start on. */
export function rateAt({ rate, group }: Pick<Person, 'rate' | 'group'>, { drift }: World, day: number): number {
  return rate * drift ** ((group % 2 === 0 ? 1 : -1) * (Math.max(0, day) / DAYS_A_YEAR))
}

/** Drawn at the highest rate that there is, and then thinned out. */
function changesOf(rate: number, group: number, world: World, random: () => number): number[] {
  const last = MONTHS * MONTH_DAYS
  const highest = Math.max(rate, rateAt({ rate, group }, world, last))
  const days: number[] = []
  for (let day = -BEFORE_DAYS; day < last; ) {
    day -= Math.log(1 - random()) / highest
    if (random() * highest < rateAt({ rate, group }, world, day)) days.push(day)
  }
  return days
}

/** When data that was right on a day stops being right. */
export function nextChange(changes: readonly number[], day: number): number {
  return changes.find((each) => each > day) ?? Number.POSITIVE_INFINITY
}
