import type { Config, JobConfig } from '../../config/config.ts'
import { defaultJob } from '../../config/schema/config-schema.ts'
import { nearestName, type Problem } from '../../domain/errors/problem.ts'
import { fingerprint } from './vendor-rules.ts'

/** What narrows a run. */
export interface JobOptions {
  readonly job?: string | undefined
  readonly where?: unknown
  readonly filters?: readonly string[] | undefined
  readonly ids?: Iterable<string> | undefined
  readonly limit?: number | undefined
  readonly budget?: number | undefined
  readonly reserve?: number | string | undefined
}

/** The job name of runs without a job. */
export const MANUAL = 'manual'

/** Tells a run of a whole job from one that flags have narrowed; see RunRequest. */
export function wholeJobHash(): string {
  return hashOf({}, null)
}

/** The job to run. Adds what is wrong to `problems`. */
export function chooseJob(options: JobOptions, { jobs }: Config, problems: Problem[]): JobConfig {
  const names = Object.keys(jobs)
  const path = 'JOB'
  if (options.job !== undefined) {
    const job = jobs[options.job]
    if (job !== undefined) return job
    const near = nearestName(options.job, names)
    const hint = near === undefined ? {} : { hint: `Did you mean "${near}"?` }
    problems.push({ path, found: `"${options.job}"`, allowed: namesOf(names), ...hint })
    return defaultJob(MANUAL)
  }
  if (options.where !== undefined || options.ids !== undefined || (options.filters ?? []).length > 0)
    return defaultJob(MANUAL)
  const [only] = names
  if (only !== undefined && names.length === 1) return jobs[only] as JobConfig
  const hint = 'Name one, or select records with --where, --filter or --ids.'
  problems.push({ path, found: 'none', allowed: namesOf(names), hint })
  return defaultJob(MANUAL)
}

function namesOf(names: readonly string[]): string {
  return names.length === 0 ? 'a job (the config has none)' : names.map((name) => `"${name}"`).join(', ')
}

export function hashOf(options: JobOptions, keys: readonly string[] | null): string {
  const { where, filters, limit, budget, reserve } = options
  const text = JSON.stringify([where ?? null, filters ?? [], limit ?? null, budget ?? null, reserve ?? null])
  return fingerprint(keys === null ? text : `${text}\n${fingerprint(keys.join('\n'))}`)
}
