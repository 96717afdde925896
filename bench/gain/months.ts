import { randomFrom } from '../pace/random.ts'
import type { OrderOf } from './orders.ts'
import { MONTH_DAYS, MONTHS, nextChange, type Person, populate, type World } from './world.ts'

export interface Course {
  /** Share of the rows that are right, by weight, averaged over each year. */
  readonly years: readonly number[]
  /** The same of the group that is worst off, over the last eighteen months. */
  readonly late: number
  readonly worst: number
  /** The same of all rows, each counting 1. */
  readonly rows: number
  readonly corrections: number
  readonly spent: number
}

const REST_DAYS = 90
/** In a month, where a job has its share before the month's end. */
const EARLY_STEPS = 10

/** Thirty-six months of a world under an order, in virtual time. */
export function play(world: World, orderOf: OrderOf, seed: number): Course {
  const random = randomFrom(seed)
  const people = populate(world, random)
  const draws = randomFrom(seed + 7_919)
  const right: number[] = []
  const rows: number[] = []
  const byGroup: number[][] = []
  const totals = { corrections: 0, spent: 0 }
  const steps = world.early === 0 ? 1 : EARLY_STEPS
  const days = MONTH_DAYS / steps
  for (let step = 1; step <= MONTHS * steps; step += 1) {
    const now = step * days
    right.push(rightShare(people, now, days))
    rows.push(rightShare(people, now, days, 1))
    byGroup.push(
      world.rates.map((_, group) =>
        rightShare(
          people.filter((each) => each.group === group),
          now,
          days,
        ),
      ),
    )
    const early = (world.credits * world.early) / steps
    const credits = step % steps === 0 ? early + world.credits * (1 - world.early) : early
    refresh({ world, credits: Math.round(credits), people, now, random, totals, order: orderOf(people, world, draws) })
  }
  const mean = (list: readonly number[]) => list.reduce((sum, each) => sum + each, 0) / list.length
  const [year, half] = [12 * steps, (MONTHS * steps) / 2]
  const late = byGroup.slice(half)
  return {
    years: [0, year, 2 * year].map((from) => mean(right.slice(from, from + year))),
    late: mean(right.slice(half)),
    rows: mean(rows.slice(half)),
    worst: Math.min(...world.rates.map((_, group) => mean(late.map((each) => each[group] as number)))),
    ...totals,
  }
}

interface Step {
  readonly world: World
  readonly credits: number
  readonly people: readonly Person[]
  readonly now: number
  readonly random: () => number
  readonly totals: { corrections: number; spent: number }
  readonly order: (person: Person, now: number) => number
}

function refresh({ world, credits, people, now, random, totals, order }: Step): void {
  const waiting = people.filter(({ restsUntil }) => restsUntil <= now)
  const wanted = waiting.map((person) => ({ person, gain: order(person, now) }))
  wanted.sort((a, b) => b.gain - a.gain || stalest(a.person) - stalest(b.person) || a.person.at - b.person.at)
  let left = credits
  for (const { person } of wanted) {
    if (left === 0) break
    if (person.matched || world.missCosts) {
      left -= 1
      totals.spent += 1
    }
    if (person.matched) totals.corrections += corrections(person, world, now, random)
    else {
      person.missed += 1
      person.restsUntil = now + REST_DAYS
    }
  }
}

function stalest({ refreshedAt }: Person): number {
  return refreshedAt ?? Number.NEGATIVE_INFINITY
}

/** The record gets what the vendor has; 1 where that has put it right. */
function corrections(person: Person, { noise, lateDays }: World, now: number, random: () => number): number {
  const { refreshedAt: since, rightUntil: was } = person
  const changed = since === null || was <= now - lateDays
  if (since !== null && now > since) {
    const days = now - since
    person.looks += 1
    if (changed || random() < noise) {
      person.changed += 1
      person.changedDays += days
    } else person.unchangedDays += days
  }
  person.found += 1
  person.refreshedAt = now
  // What the vendor has was right so long ago, and may be wrong already.
  person.rightUntil = nextChange(person.changes, now - lateDays)
  return was <= now && person.rightUntil > now ? 1 : 0
}

/** Share of the last so many days, by weight (or each counting as much), in which rows were right. */
function rightShare(people: readonly Person[], now: number, days: number, each?: number): number {
  let right = 0
  let all = 0
  for (const { rightUntil, weight: own } of people) {
    const weight = each ?? own
    right += weight * Math.min(1, Math.max(0, (rightUntil - (now - days)) / days))
    all += weight
  }
  return right / all
}
