import type * as z from 'zod'
import { areNames, isNumber, text } from './rules.ts'
import { choose, listOf, only, type Refuse, section } from './values/leaf.ts'
import { whereSchema } from './where-schema.ts'

const NAMES = "a list of columns, such as ['seniority'], each once"
const WEIGHT = "a numeric column's name, or a list such as [{ where: { tier: 'A' }, is: 5 }]"

const names = () => only(NAMES, areNames)

/** How much a record counts: a column, or the first of these conditions that holds. */
export type WeightParts = string | { where: z.output<ReturnType<typeof whereSchema>>; is: number }[]

export function gainSchema() {
  const is = only('a number from 0 to 1,000,000', (value): value is number => {
    return isNumber(value) && value >= 0 && value <= 1_000_000
  })
  const cases = listOf(WEIGHT, section({ where: whereSchema(), is }))
  const weight = choose<WeightParts>((value) => (typeof value === 'string' ? text(WEIGHT) : cases))
  return section({ groups: names().prefault([]), columns: names().optional(), weight: weight.optional() })
}

/** The part of a config that an order by gain depends on. */
interface Around {
  readonly jobs: Readonly<Record<string, { readonly gain?: z.output<ReturnType<typeof gainSchema>> | undefined }>>
  readonly records: { readonly refreshedAt?: string | undefined; readonly update: object }
}

/** What is wrong with orders by gain beside the records, and beside each other. */
export function checkGains({ jobs, records }: Around, refuse: Refuse): void {
  const gains = Object.entries(jobs).flatMap(([name, { gain }]) => (gain === undefined ? [] : [{ name, gain }]))
  const counted = gains.find(({ gain }) => gain.columns !== undefined)
  for (const { name, gain } of gains) {
    if (records.refreshedAt === undefined) {
      const allowed = "'gain' beside `records.refreshedAt`, the column that says how old a record is"
      refuse({ path: ['jobs', name, 'orderBy'], found: 'no `refreshedAt`', allowed })
    }
    const path = ['jobs', name, 'gain', 'columns']
    for (const [at, column] of (gain.columns ?? []).entries()) {
      if (!Object.hasOwn(records.update, column))
        refuse({ path: [...path, at], value: column, allowed: 'a column that `records.update` writes' })
    }
    if (counted === undefined || sameNames(gain.columns, counted.gain.columns)) continue
    const allowed = `the columns of jobs["${counted.name}"].gain: what counts as a change is remembered once for all jobs`
    refuse({ path, value: gain.columns ?? 'none', allowed })
  }
}

function sameNames(some: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  return JSON.stringify(some?.toSorted()) === JSON.stringify(others?.toSorted())
}
