import type { Config, JobConfig } from '../../config/config.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import type { GainOrder, WeightCase } from '../../refresh/ports/selection.ts'
import { checkGroups, checkWeight } from '../../store/user-table/describe/check-columns.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { parseWhere } from '../../store/user-table/where/parse-where.ts'

type Job = Pick<JobConfig, 'name' | 'gain'>

/** A job's order by gain, checked against the table; null: it has another. Adds what is wrong to `problems`. */
export function gainOrderOf(
  { name, gain }: Job,
  costs: GainOrder['costs'],
  table: UserTable,
  problems: Problem[] = [],
): GainOrder | null {
  if (gain === undefined) return null
  const path = `jobs["${name}"].gain`
  problems.push(...checkGroups(table, gain.groups, `${path}.groups`))
  return { groups: gain.groups, weight: weightOf(gain.weight, table, `${path}.weight`, problems), costs }
}

/** How a vendor of the config charges. */
export function costsOf({ vendor }: Pick<Config, 'vendor'>): GainOrder['costs'] {
  return vendor.credits.cost.per
}

function weightOf(
  weight: NonNullable<JobConfig['gain']>['weight'],
  table: UserTable,
  path: string,
  problems: Problem[],
): GainOrder['weight'] {
  if (weight === undefined) return null
  if (typeof weight === 'string') {
    problems.push(...checkWeight(table, weight, path))
    return { column: weight }
  }
  const cases = weight.flatMap(({ where, is }, at): WeightCase[] => {
    const parsed = parseWhere(where, table, `${path}[${at}].where`)
    if ('condition' in parsed) return [{ where: parsed.condition, is }]
    problems.push(...parsed.problems)
    return []
  })
  return { cases }
}
