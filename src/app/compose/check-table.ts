import type { Config, JobConfig } from '../../config/config.ts'
import type { PartialConfig } from '../../config/resolve-config.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import type { Condition } from '../../domain/values/where.ts'
import { checkDedupe, checkOrderBy, checkUpdate } from '../../store/user-table/describe/check-columns.ts'
import type { Describe } from '../../store/user-table/describe/describe-table.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { type ParsedWhere, parseWhere } from '../../store/user-table/where/parse-where.ts'
import { gainOrderOf } from './gain-order.ts'

/** Problems with the table, for a config that is already invalid otherwise; empty if the database cannot be read. */
export async function checkPartial({ database, records }: PartialConfig): Promise<readonly Problem[]> {
  if (database === undefined || records === undefined) return []
  try {
    const { describeOver, withDatabase } = await import('./with-database.ts')
    await withDatabase(database, (connection) => checkTable({ records, jobs: {} }, describeOver(connection)))
  } catch (error) {
    return error instanceof InputError ? error.problems : []
  }
  return []
}

/** Checks the config against the user's table. Throws InputError with all problems. */
export async function checkTable(config: Pick<Config, 'records' | 'jobs'>, describe: Describe): Promise<UserTable> {
  const { records, jobs } = config
  const { table: name, key, refreshedAt } = records
  const described = await describe({ table: name, key, refreshedAt })
  const table = 'table' in described ? described.table : described.provisional
  const problems: Problem[] = 'problems' in described ? [...described.problems] : []
  if (table === undefined) throw new InputError('TABLE_INVALID', problems)
  problems.push(...checkUpdate(table, Object.keys(records.update), 'records.update'))
  problems.push(...checkDedupe(table, records.dedupeBy, 'records.dedupeBy'))
  for (const job of Object.values(jobs)) {
    conditionOf(job, config, table, problems)
    problems.push(...checkOrderBy(table, job.orderBy ?? [], `jobs["${job.name}"].orderBy`))
    // How the vendor charges changes nothing of what is checked.
    gainOrderOf(job, 'match', table, problems)
  }
  conditionOf({ name: '', where: {} }, config, table, problems)
  if (problems.length > 0) throw new InputError('CONFIG_INVALID', unique(problems))
  return table
}

/** The condition of every run of a job: eligible, and the job's own. Adds what is wrong with it to `problems`. */
export function conditionOf(
  { name, where }: Pick<JobConfig, 'name' | 'where'>,
  { records }: Pick<Config, 'records'>,
  table: UserTable,
  problems: Problem[] = [],
): Condition {
  const parsed = [
    parseWhere(records.eligible, table, 'records.eligible'),
    parseWhere(where, table, `jobs["${name}"].where`),
  ]
  return { kind: 'all', of: conditionsOf(parsed, problems) }
}

/** The conditions that could be read. Adds what is wrong with the others to `problems`. */
export function conditionsOf(parsed: readonly ParsedWhere[], problems: Problem[]): Condition[] {
  return parsed.flatMap((part) => {
    if ('condition' in part) return part.condition
    problems.push(...part.problems)
    return []
  })
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}
