import { estimate, type GroupBelief, type GroupSeen } from '../../src/domain/gain/estimate.ts'
import { EXPLORED_ONE_IN, gainOf } from '../../src/domain/gain/gain.ts'
import { gainedDays, likelyWrong } from '../../src/domain/gain/index-of.ts'
import type { LookCell } from '../../src/domain/gain/looks.ts'
import { MONTH_DAYS, type Person, rateAt, type World } from './world.ts'

/** How much a record is wanted, the most wanted first. Days are since the start. */
export type Order = (person: Person, now: number) => number
/** An order for one month, by what has been seen so far. */
export type OrderOf = (people: readonly Person[], world: World, random: () => number) => Order

/** Data that the user's table brings has an age too. */
function age({ refreshedAt }: Person, now: number): number | null {
  return refreshedAt === null ? null : now - refreshedAt
}

export const ORDERS: Readonly<Record<string, OrderOf>> = {
  'stalest first': () => (person, now) => age(person, now) ?? Number.POSITIVE_INFINITY,
  random: (_people, _world, random) => () => random(),
  'likeliest wrong': (_people, world) => (person, now) => likelyWrong(rateAt(person, world, now), age(person, now)),
  myopic: (_people, world) => (person, now) => {
    const rate = rateAt(person, world, now)
    return person.weight * likelyWrong(rate, age(person, now)) * (-Math.expm1(-rate * MONTH_DAYS) / rate)
  },
  ours: (people, world, random) => {
    const beliefs = estimate(seen(people, world))
    if (beliefs === null) return (person, now) => age(person, now) ?? Number.POSITIVE_INFINITY
    return (person, now) => {
      const belief = beliefs.groups.get(groupOf(person, world)) as GroupBelief
      const draw = random() < 1 / EXPLORED_ONE_IN ? random() : null
      const costs = world.missCosts ? 'record' : 'match'
      return gainOf(belief, { ageDays: age(person, now), weight: person.weight, seen: person, costs, draw })
    }
  },
  oracle: (_people, world) => (person, now) => {
    const found = person.matched || !world.missCosts ? 1 : 1e-9
    return person.weight * found * gainedDays(rateAt(person, world, now), age(person, now))
  },
}

export function groupOf(person: Person, world: World): string {
  return world.named ? String(person.group) : ''
}

/** As the database counts it: records seen in about the same way are one cell. */
export function seen(people: readonly Person[], world: World): GroupSeen[] {
  const groups = new Map<string, { cells: Map<string, Person[]>; found: number; missed: number }>()
  for (const person of people) {
    const name = groupOf(person, world)
    const group = groups.get(name) ?? { cells: new Map(), found: 0, missed: 0 }
    groups.set(name, group)
    group.found += person.found
    group.missed += person.missed
    if (person.looks === 0) continue
    const key = `${person.looks} ${person.changed} ${band(person.unchangedDays)} ${band(person.changedDays)}`
    group.cells.set(key, [...(group.cells.get(key) ?? []), person])
  }
  return [...groups].map(([group, { cells, found, missed }]) => {
    return { group, cells: [...cells.values()].map(cellOf), tries: { found, missed } }
  })
}

function band(days: number): number {
  return Math.floor(3 * Math.log(days + 1))
}

function cellOf(people: readonly Person[]): LookCell {
  const mean = (read: (person: Person) => number) => people.reduce((sum, each) => sum + read(each), 0) / people.length
  const { looks, changed } = people[0] as Person
  const unchangedDays = mean((each) => each.unchangedDays)
  return { records: people.length, looks, changed, unchangedDays, changedDays: mean((each) => each.changedDays) }
}
