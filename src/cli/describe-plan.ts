import { roughly } from '../domain/roughly.ts'
import type { Plan } from '../plan.ts'

type Range = NonNullable<Plan['time']['pace']>

const BAR = 30

/** A plan in words. */
export function describePlan(plan: Plan): string[] {
  const { job, vendor, cycle, records, credits, time, unused } = plan
  const held = credits.unknown > 0 ? `, ${n(credits.unknown)} held by unknown calls` : ''
  const balance = credits.balance === null ? 'not known before the first reply' : n(credits.balance)
  return [
    `plan of ${job} on ${vendor}: credits are reset at ${cycle.endAt}, nothing is sent after ${cycle.stopAt}`,
    `  records  ${n(records.eligible)} eligible${records.coolingDown > 0 ? ` (${n(records.coolingDown)} more are on cool-down)` : ''}`,
    ...ages(records),
    `  credits  balance ${balance}, ${n(credits.reserve)} reserved${held}; spendable ${credits.spendable === null ? 'not known' : n(credits.spendable)}`,
    `           expected use ${credits.expectedUse === null ? 'not known' : range(credits.expectedUse, n)}`,
    `  time     ${paceWords(time)}`,
    `           ${time.latestSafeStart === null ? 'nothing to spend: no start is needed' : `latest safe start ${time.latestSafeStart}`}`,
    `           ${time.startsAt === null ? 'does not start in this cycle' : `starts at ${time.startsAt}`}: ${time.why}`,
    ...unusedWords(unused),
  ]
}

function ages({ eligible, new: never, ages: byAge }: Plan['records']): string[] {
  const line = (label: string, count: number) => {
    const bar = '#'.repeat(eligible === 0 ? 0 : Math.round((count / eligible) * BAR))
    return `           ${label.padEnd(16)}${n(count).padStart(12)}  ${bar}`.trimEnd()
  }
  const label = ({ fromDays, toDays }: (typeof byAge)[number]) =>
    toDays === null ? `over ${fromDays} d` : `${fromDays} to ${toDays} d`
  return [
    ...(never === null ? [] : [line('never refreshed', never)]),
    ...byAge.map((age) => line(label(age), age.records)),
  ]
}

function paceWords({ pace, takesMs, runs }: Plan['time']): string {
  if (pace === null) return 'no run has shown the pace yet'
  const takes = takesMs === null ? '' : `, which takes ${range(takesMs, roughly)}`
  return `${range(pace, (each) => n(Math.round(each * 10) / 10))} records a second in ${runs} past runs${takes}`
}

function unusedWords({ credits, expired, because }: Plan['unused']): string[] {
  if (credits === null || expired === null) return []
  const over = expired.typical < credits.typical ? `, of which ${n(credits.typical - expired.typical)} roll over` : ''
  return [
    `  unused   ${range(credits, n)} credits${over}`,
    ...because.map(
      ({ cause, credits: left, change }) =>
        `           ${n(left)}: ${cause.replaceAll('-', ' ')}. What would help: ${change}`,
    ),
  ]
}

function range({ least, typical, most }: Range, words: (each: number) => string): string {
  const [low, high] = [words(least), words(most)]
  return low === high ? words(typical) : `${words(typical)} (${low} to ${high})`
}

const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 })

function n(value: number): string {
  return format.format(value)
}
