import { join, resolve } from 'node:path'
import { percentWords } from '../../domain/credits/reserve.ts'
import { checkGains } from './gain-schema.ts'
import { type JobParts, jobSchema, jobsSchema } from './jobs-schema.ts'
import { recordsSchema } from './records-schema.ts'
import { duration, text } from './rules.ts'
import { heartbeatSchema, notifySchema, reportSchema, serviceSchema } from './service-schema.ts'
import { databaseSchema } from './values/database-url.ts'
import { type Refuse, section, together } from './values/leaf.ts'
import { vendorSchema } from './vendor-schema.ts'

const DAY_MS = 86_400_000

export function configSchema(cwd: string) {
  const { database, ...shared } = sharedParts(cwd)
  const parts = section({
    database,
    vendor: vendorSchema(),
    records: recordsSchema(),
    jobs: jobsSchema().prefault({}),
    ...shared,
  })
  return together(parts, ({ jobs, report, journalDir, keepItems, lease, ...rest }, refuse) => {
    const { credits } = rest.vendor
    if (credits.balance === undefined && credits.allotment === undefined) checkShares(jobs, refuse)
    checkGains({ jobs, records: rest.records }, refuse)
    return {
      ...rest,
      jobs: nameJobs(jobs, credits.cycle.timeZone),
      report: report && {
        // By default beside the journal, where the process may certainly write.
        dir: resolve(cwd, report.dir ?? join(journalDir, 'spenddown-reports')),
        keep: report.keep,
        baseUrl: report.baseUrl ?? null,
        pricePerCredit: report.pricePerCredit ?? null,
      },
      journalDir: resolve(cwd, journalDir),
      keepItemsMs: keepItems,
      leaseMs: lease,
    }
  })
}

/** What is the same for all accounts of a config. */
export function sharedParts(cwd: string) {
  return {
    database: databaseSchema(cwd),
    notify: notifySchema().default([]),
    heartbeat: heartbeatSchema().optional(),
    service: serviceSchema().optional(),
    report: reportSchema().prefault({}),
    journalDir: text('the path of a folder').prefault('.'),
    keepItems: duration({ leastMs: 35 * DAY_MS }).prefault('400d'),
    lease: duration({ leastMs: 2_000 }).prefault('60s'),
  }
}

/** What a share is of must be known before the first call. */
function checkShares(jobs: Record<string, JobParts>, refuse: Refuse): void {
  for (const [name, { reserve }] of Object.entries(jobs)) {
    if (typeof reserve === 'number' || reserve.kind !== 'share') continue
    refuse({
      path: ['jobs', name, 'reserve'],
      value: percentWords(reserve.share),
      allowed: 'a number of credits, where neither `vendor.credits.allotment` nor `.balance` says what a share is of',
    })
  }
}

/** In the order of the config. Has no prototype, so that `jobs[name]` is safe for any name. */
function nameJobs(jobs: Record<string, JobParts>, timeZone: string): Readonly<Record<string, JobConfig>> {
  const namedJobs: Record<string, JobConfig> = Object.create(null)
  for (const [name, job] of Object.entries(jobs)) namedJobs[name] = nameJob(name, job, timeZone)
  return namedJobs
}

type JobConfig = ReturnType<typeof nameJob>

function nameJob(name: string, { schedule, ...job }: JobParts, timeZone: string) {
  if (schedule?.kind !== 'cron') return { name, ...job, schedule }
  return { name, ...job, schedule: { ...schedule, timeZone: schedule.timeZone ?? timeZone } }
}

/** The job of a run that was selected by flags alone. */
export function defaultJob(name: string): JobConfig {
  return nameJob(name, jobSchema().parse({}), 'UTC')
}
