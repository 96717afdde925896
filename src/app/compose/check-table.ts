import type { Config, DatabaseConfig, JobConfig, RecordsConfig } from '../../config/config.ts'
import { InputError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Condition } from '../../domain/where.ts'
import { checkDedupe, checkOrderBy, checkUpdate } from '../../store/user-table/describe/check-columns.ts'
import type { Describe } from '../../store/user-table/describe/describe-table.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { parseWhere } from '../../store/user-table/where/parse-where.ts'

/** Problems with the table, for a config that is already invalid otherwise; empty if the database cannot be read. */
export async function checkPartial(partial: {
  readonly database?: DatabaseConfig
  readonly records?: RecordsConfig
}): Promise<readonly Problem[]> {
  const { database, records } = partial
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
export async function checkTable(config: Pick<Config, 'records' | 'jobs'>, describe: Describe) {
  const { records, jobs } = config
  const { table: name, key, refreshedAt } = records
  const described = await describe({ table: name, key, refreshedAt })
  const table = 'table' in described ? described.table : described.provisional
  const problems: Problem[] = 'problems' in described ? [...described.problems] : []
  if (table === undefined) throw new InputError('TABLE_INVALID', problems)
  problems.push(...checkUpdate(table, Object.keys(records.update), 'records.update'))
  problems.push(...checkDedupe(table, records.dedupeBy, 'records.dedupeBy'))
  const conditions = new Map<string, Condition>()
  for (const job of Object.values(jobs)) {
    conditions.set(job.name, conditionOf(config, job, table, problems))
    problems.push(...checkOrderBy(table, job.orderBy ?? [], `jobs["${job.name}"].orderBy`))
  }
  conditionOf(config, { name: '', where: {} }, table, problems)
  if (problems.length > 0) throw new InputError('CONFIG_INVALID', unique(problems))
  return { table, conditions }
}

/** The condition of every run of a job: eligible, and the job's own. Adds what is wrong with it to `problems`. */
export function conditionOf(
  config: Pick<Config, 'records'>,
  job: Pick<JobConfig, 'name' | 'where'>,
  table: UserTable,
  problems: Problem[],
): Condition {
  const parsed = [
    parseWhere(config.records.eligible, table, 'records.eligible'),
    parseWhere(job.where, table, `jobs["${job.name}"].where`),
  ]
  const all: Condition[] = []
  for (const part of parsed) {
    if ('problems' in part) problems.push(...part.problems)
    else all.push(part.condition)
  }
  return { kind: 'all', of: all }
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}
