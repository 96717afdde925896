import { plan, planRecord } from '../../app/plan/plan.ts'
import { LOSS_WORDS } from '../../domain/judgement/judgement-words.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { instantWords, inZone } from '../../domain/time/zoned-time.ts'
import { figure, wholeFigure } from '../../domain/words/figure.ts'
import { ageWords, rangeWords } from '../../domain/words/words.ts'
import type { Plan } from '../../schedule/plan.ts'
import { commandLog } from '../command-log.ts'
import { describeRecord, gainWords } from '../describe-gain.ts'
import { describeJudgement } from '../describe-judgement.ts'
import { sayEach } from '../each-account.ts'
import { type CommonFlags, readConfigs } from '../flags.ts'
import type { Host } from '../host.ts'

export interface PlanFlags extends CommonFlags {
  readonly record?: string
}

export async function planCommand(job: string | undefined, flags: PlanFlags, host: Host): Promise<number> {
  const { record } = flags
  return sayEach(flags, await readConfigs(flags), async (config) => {
    const log = await commandLog(config, { ...flags, quiet: flags.verbose !== true }, host)
    if (record !== undefined) {
      const explained = await planRecord(config, job, record, log)
      return { document: explained, lines: () => describeRecord(explained) }
    }
    const planned = await plan(config, job, log)
    const zone = config.vendor.credits.cycle.timeZone
    return {
      document: planned,
      lines: () => [...describeJudgement(planned.judgement), ...describePlan(planned, zone)],
    }
  })
}

const BAR = 30

export function describePlan(plan: Plan, zone: string): string[] {
  const { job, vendor, cycle, records, credits, time, unused } = plan
  const at = (instant: string) => instantWords(Date.parse(instant), zone)
  const held = credits.unknown > 0 ? `, ${figure(credits.unknown)} held by unknown calls` : ''
  const balance = credits.balance === null ? 'not known before the first reply' : figure(credits.balance)
  return [
    `plan of ${job} on ${vendor}: credits are reset ${at(cycle.endAt)}, nothing is sent after ${at(cycle.stopAt)}`,
    `  records  ${figure(records.eligible)} eligible${resting(records)}${sharing(records, credits)}`,
    ...ages(records),
    ...gainWords(plan.gain),
    `  credits  balance ${balance}, ${figure(credits.reserve)} reserved${held}; spendable ${credits.spendable === null ? 'not known' : figure(credits.spendable)}`,
    ...(credits.reserveHow.endsWith('as configured') ? [] : [`           reserve ${credits.reserveHow}`]),
    `           expected use ${credits.expectedUse === null ? 'not known' : rangeWords(credits.expectedUse, wholeFigure)}`,
    ...(credits.unchanged === null
      ? []
      : [`           records that have not changed save ${rangeWords(credits.unchanged, wholeFigure)} more`]),
    `  time     ${time.steady ? `spread until ${at(cycle.stopAt)}; full pace: ` : ''}${paceWords(time)}`,
    `           ${time.latestSafeStart === null ? 'nothing to spend: no start is needed' : `latest safe start ${at(time.latestSafeStart)}`}`,
    `           ${time.startsAt === null ? 'does not start in this cycle' : `starts ${at(time.startsAt)}${isLate(time) ? ', after the latest safe start' : ''}`}: ${inZone(time.why, zone)}`,
    ...unusedWords(unused, zone),
  ]
}

function isLate({ startsAt, latestSafeStart }: Plan['time']): boolean {
  return startsAt !== null && latestSafeStart !== null && Date.parse(startsAt) > Date.parse(latestSafeStart)
}

function resting({ coolingDown }: Plan['records']): string {
  return coolingDown > 0 ? ` (${figure(coolingDown)} more are on cool-down)` : ''
}

function sharing({ shared }: Plan['records'], { saved }: Plan['credits']): string {
  return shared > 0 ? `, of which ${figure(shared)} share the call of another, and save ${figure(saved)} credits` : ''
}

function ages({ eligible, new: never, ages: byAge }: Plan['records']): string[] {
  const line = (label: string, count: number) => {
    const bar = '#'.repeat(eligible === 0 ? 0 : Math.round((count / eligible) * BAR))
    return `           ${label.padEnd(16)}${figure(count).padStart(12)}  ${bar}`.trimEnd()
  }
  return [
    ...(never === null ? [] : [line('never refreshed', never)]),
    ...byAge.map((age) => line(ageWords(age), age.records)),
  ]
}

function paceWords({ pace, takesMs, runs }: Plan['time']): string {
  if (pace === null) return 'no run has shown the pace yet'
  const takes = takesMs === null ? '' : `, which takes ${rangeWords(takesMs, roughly)}`
  return `${rangeWords(pace, (each) => figure(Math.round(each * 10) / 10))} records a second in ${runs === 1 ? 'one past run' : `${runs} past runs`}${takes}`
}

function unusedWords({ credits, expired, because }: Plan['unused'], zone: string): string[] {
  if (credits === null || expired === null) return []
  const over =
    expired.typical < credits.typical ? `, of which ${wholeFigure(credits.typical - expired.typical)} roll over` : ''
  return [
    `  unused   ${rangeWords(credits, wholeFigure)} credits${over}`,
    ...because.map(
      ({ cause, credits: left, change }) =>
        `           ${wholeFigure(left)}: ${LOSS_WORDS[cause]}. What would help: ${inZone(change, zone)}`,
    ),
  ]
}
