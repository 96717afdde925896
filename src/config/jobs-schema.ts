import type * as z from 'zod'
import { budget } from './amounts.ts'
import type { JobConfig } from './config.ts'
import { cronExpression } from './cron.ts'
import { formatDuration } from './duration.ts'
import { choose, leaf, type Refuse, together } from './leaf.ts'
import { orderBy } from './order-by.ts'
import { isPlainObject } from './plain-object.ts'
import { reserve } from './reserve-schema.ts'
import { anyNumber, duration, oneOf, wholeNumber } from './rules.ts'
import { named, section } from './section.ts'
import { timeZone } from './time-zone.ts'
import { whereShape } from './where-shape.ts'

/** A job's name is written on command lines, so it may not look like a flag. */
const JOB_NAME = /^[^-\s]([^\p{Cc}]*\S)?$/u

/** A job whose cron expression may still lack its time zone. */
export type JobParts = Omit<JobConfig, 'name' | 'schedule'> & { readonly schedule?: ScheduleParts }
type ScheduleParts =
  | { readonly kind: 'before-reset'; readonly beforeResetMs: number | 'auto' }
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone?: string }

export function jobsSchema(): z.ZodType<Record<string, JobParts>> {
  const job = jobSchema()
  const jobs = named('an object: job name to job', (name) => (JOB_NAME.test(name) ? job : badName))
  return together(jobs, (all, refuse) => {
    checkReserves(all, refuse)
    return all
  })
}

/** What nobody comes before has nobody to keep credits for. */
function checkReserves(jobs: Record<string, JobParts>, refuse: Refuse): void {
  for (const [name, { reserve, priority }] of Object.entries(jobs)) {
    if (typeof reserve === 'number' || reserve.kind !== 'auto') continue
    if (Object.values(jobs).some((other) => other.priority > priority)) continue
    refuse({
      path: [name, 'reserve'],
      value: 'auto',
      found: "'auto', and no other job of a higher `priority`",
      allowed: "a number of credits, a share such as '10%', or 'auto' beside a job of a higher `priority`",
      hint: `'auto' is what those jobs will need: give them a \`priority\` above ${priority}.`,
    })
  }
}

const badName = leaf<JobParts>("a job's name that is not empty and does not begin with '-'", (_job, refuse) => {
  return refuse({ found: 'this name' })
})

export function jobSchema(): z.ZodType<JobParts> {
  const parts = section({
    where: whereShape().prefault({}),
    orderBy: orderBy().optional(),
    limit: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
    budget: budget().prefault('remaining'),
    reserve: reserve().prefault(0),
    priority: anyNumber().prefault(0),
    schedule: scheduleSchema().optional(),
    stopBeforeReset: duration().prefault('5m'),
    pace: oneOf('fast', 'steady').default('fast'),
  })
  return together(parts, ({ stopBeforeReset, ...rest }, refuse) => {
    checkTime(rest.schedule, stopBeforeReset, refuse)
    checkPace(rest.schedule, rest.pace, refuse)
    return { ...rest, stopBeforeResetMs: stopBeforeReset }
  })
}

/** A run that starts when it should already have stopped would never spend anything. */
function checkTime(schedule: ScheduleParts | undefined, stopBeforeResetMs: number, refuse: Refuse): void {
  if (schedule?.kind !== 'before-reset' || schedule.beforeResetMs === 'auto') return
  if (schedule.beforeResetMs > stopBeforeResetMs) return
  refuse({
    path: ['schedule', 'beforeReset'],
    value: formatDuration(schedule.beforeResetMs),
    allowed: `longer than \`stopBeforeReset\` (${formatDuration(stopBeforeResetMs)})`,
  })
}

/** What starts as late as is safe has no time to spread. */
function checkPace(schedule: ScheduleParts | undefined, pace: JobConfig['pace'], refuse: Refuse): void {
  if (pace === 'fast' || schedule?.kind !== 'before-reset' || schedule.beforeResetMs !== 'auto') return
  const allowed = "a duration such as '12h', where `pace` is 'steady'"
  const hint = "'auto' starts as late as is safe for a run at full pace."
  refuse({ path: ['schedule', 'beforeReset'], value: 'auto', allowed, hint })
}

function scheduleSchema(): z.ZodType<ScheduleParts> {
  const auto = leaf<number | 'auto'>("'auto'", () => 'auto')
  const howLong = choose<number | 'auto'>((value) => (value === 'auto' ? auto : duration()))
  const beforeReset = section({ beforeReset: howLong }).transform(({ beforeReset: ms }): ScheduleParts => {
    return { kind: 'before-reset', beforeResetMs: ms }
  })
  const cron = section({ cron: cronExpression(), timeZone: timeZone().optional() })
  const bareCron = cronExpression().transform((expression) => ({ cron: expression }))
  const neither = leaf<ScheduleParts>(
    "{ beforeReset: '12h' }, a cron expression, or { cron, timeZone }",
    (_value, refuse) => refuse(),
  )
  return choose<ScheduleParts>((value) => {
    if (typeof value === 'string') return bareCron.transform((parts) => ({ kind: 'cron', ...parts }))
    if (!isPlainObject(value)) return neither
    return 'cron' in value ? cron.transform((parts) => ({ kind: 'cron', ...parts })) : beforeReset
  })
}
