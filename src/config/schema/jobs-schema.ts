import * as z from 'zod'
import { NO_CREDITS } from '../../domain/credits/credits.ts'
import {
  type AutoReserve,
  DEFAULT_CONFIDENCE,
  parseShare,
  type Reserve,
  SHARE_ALLOWED,
} from '../../domain/credits/reserve.ts'
import { gainSchema } from './gain-schema.ts'
import {
  anyNumber,
  budget,
  credits,
  cronExpression,
  duration,
  isNumber,
  oneOf,
  timeZone,
  wholeNumber,
} from './rules.ts'
import { formatDuration } from './values/duration.ts'
import { choose, isPlainObject, leaf, named, only, type Refuse, section, together } from './values/leaf.ts'
import { orderBy, whereSchema } from './where-schema.ts'

/** A job's name is written on command lines, so it may not look like a flag. */
const JOB_NAME = /^[^-\s]([^\p{Cc}]*\S)?$/u

/** A job whose cron expression may still lack its time zone. */
export type JobParts = z.output<ReturnType<typeof jobSchema>>
type ScheduleParts =
  | { readonly kind: 'before-reset'; readonly beforeResetMs: number | 'auto' }
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone?: string | undefined }

export function jobsSchema() {
  const job = jobSchema()
  const badName = leaf<JobParts>("a job's name that is not empty and does not begin with '-'", (_job, refuse) => {
    return refuse({ found: 'this name' })
  })
  const jobs = named('an object: job name to job', (name) => (JOB_NAME.test(name) ? job : badName))
  return together(jobs, (all, refuse) => {
    checkReserves(all, refuse)
    return all
  })
}

/** 'auto' keeps credits for jobs of a higher priority, so there must be one. */
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

export function jobSchema() {
  const parts = section({
    where: whereSchema().prefault({}),
    orderBy: orderBy().optional(),
    gain: gainSchema().optional(),
    limit: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
    budget: budget().prefault('remaining'),
    reserve: reserve().prefault(0),
    priority: anyNumber().prefault(0),
    schedule: scheduleSchema().optional(),
    stopBeforeReset: duration().prefault('5m'),
    pace: oneOf('fast', 'steady').default('fast'),
  })
  return together(parts, ({ stopBeforeReset, orderBy, gain, ...rest }, refuse) => {
    const byGain = orderBy === 'gain'
    if (gain !== undefined && !byGain)
      refuse({ path: ['gain'], found: "`gain` without `orderBy: 'gain'`", allowed: "`gain` beside `orderBy: 'gain'`" })
    checkTime(rest.schedule, stopBeforeReset, refuse)
    checkPace(rest.schedule, rest.pace, refuse)
    const order = byGain
      ? { orderBy: undefined, gain: gain ?? { groups: [], columns: undefined, weight: undefined } }
      : { orderBy, gain: undefined }
    return { ...rest, ...order, stopBeforeResetMs: stopBeforeReset }
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

/** A run that starts as late as is safe has no time to be steady. */
function checkPace(schedule: ScheduleParts | undefined, pace: JobParts['pace'], refuse: Refuse): void {
  if (pace === 'fast' || schedule?.kind !== 'before-reset' || schedule.beforeResetMs !== 'auto') return
  const allowed = "a duration such as '12h', where `pace` is 'steady'"
  const hint = "'auto' starts as late as is safe for a run at full pace."
  refuse({ path: ['schedule', 'beforeReset'], value: 'auto', allowed, hint })
}

function scheduleSchema(): z.ZodType<ScheduleParts> {
  const howLong = choose<number | 'auto'>((value) => (value === 'auto' ? z.literal(value) : duration()))
  const beforeReset = section({ beforeReset: howLong }).transform(({ beforeReset: ms }): ScheduleParts => {
    return { kind: 'before-reset', beforeResetMs: ms }
  })
  const cron = section({ cron: cronExpression(), timeZone: timeZone().optional() })
  const either = "{ beforeReset: '12h' }, a cron expression, or { cron, timeZone }"
  return choose<ScheduleParts>((value) => {
    if (typeof value === 'string')
      return cronExpression().transform((expression) => ({ kind: 'cron', cron: expression }))
    if (!isPlainObject(value)) return leaf(either, (_, refuse) => refuse())
    return 'cron' in value ? cron.transform((parts) => ({ kind: 'cron', ...parts })) : beforeReset
  })
}

const ALLOWED = `a number of credits, 0 or more, ${SHARE_ALLOWED}, 'auto', or { auto: true, confidence, atLeast }`

function reserve(): z.ZodType<Reserve> {
  return choose((value): z.ZodType<Reserve> => {
    if (typeof value === 'number') return credits()
    return isPlainObject(value) ? autoReserve() : shareText
  })
}

const shareText = leaf<Reserve>(ALLOWED, (value, refuse) => {
  if (value === 'auto') return { kind: 'auto', confidence: DEFAULT_CONFIDENCE, atLeast: NO_CREDITS }
  const share = parseShare(value)
  if (share !== null) return { kind: 'share', share }
  if (typeof value !== 'string') return refuse()
  if (/%\s*$/.test(value)) return refuse({ allowed: SHARE_ALLOWED })
  return refuse(/\d/.test(value) ? { hint: `Write credits as a number, not as text; a share with its %.` } : {})
})

function autoReserve(): z.ZodType<AutoReserve> {
  const confidence = leaf<number>('a number from 0.5 to 0.999', (value, refuse) => {
    if (isNumber(value) && value >= 0.5 && value <= 0.999) return value
    return refuse(isNumber(value) && value > 1 && value < 100 ? { hint: `95 % is written 0.95.` } : {})
  })
  return section({
    auto: only('true', (value) => value === true),
    confidence: confidence.prefault(DEFAULT_CONFIDENCE),
    atLeast: credits().prefault(0),
  }).transform(({ auto: _, ...rest }): AutoReserve => ({ kind: 'auto', ...rest }))
}
