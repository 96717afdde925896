import type { Row } from '../database/judge-database.ts'
import { fractionOf } from '../random.ts'
import type { World } from '../world/world.ts'

/** The people of a world before anything has happened. */
export function peopleOf({ seed, table }: World): Row[] {
  return Array.from({ length: table.records }, (_, place) => {
    const eligible = fractionOf(seed, 'eligible', place) >= table.ineligible
    const never = fractionOf(seed, 'never', place) < table.neverRefreshed
    const key = keyOf(table.key, place + 1)
    return {
      key,
      email: eligible ? `person.${place + 1}@people.example` : null,
      jobTitle: never ? null : 'as it was',
      company: never ? null : 'as it was',
      refreshedAt: never ? null : new Date(Date.UTC(2026, 0, 1 + (place % 200), place % 24)).toISOString(),
    }
  })
}

function keyOf(type: World['table']['key'], number: number): string {
  if (type === 'bigint') return String(9_007_199_254_740_993n + BigInt(number))
  if (type === 'uuid') return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  return type === 'text' ? `person/${number}, "the ${number}."` : String(number)
}
