import { figure } from '../words/figure.ts'
import { type Finding, isWorthALook, lossOf } from './finding.ts'
import type { History, Situation } from './situation.ts'

/** Nobody is at work: it is for the schedule to spend what is left. */
export function atRest(situation: Situation, spendable: number): Finding {
  const { jobs, scheduler, forecast } = situation
  const all = lossOf(spendable, situation)
  if (jobs.length === 0) return { cause: 'no-schedule', verdict: 'at-risk', atStake: all, command: 'spenddown run' }
  if (!scheduler.isAlive) {
    return { ...schedulerGone(situation, all), actBy: forecast.kind === 'made' ? latestOf(forecast.forecast) : null }
  }
  const found = byForecast(situation, spendable)
  if (found !== null) return found
  const detail = forecast.kind === 'none' ? forecast.why : null
  return { cause: 'not-forecast', atStake: null, detail, command: 'spenddown plan' }
}

/** Nobody is at work, and nobody knows what this cycle's balance is. */
export function withoutBalance(situation: Situation): Finding {
  const { lapsed, jobs, scheduler } = situation
  const gone = jobs.length > 0 && !scheduler.isAlive ? schedulerGone(situation, null) : null
  const found = gone ?? ({ cause: 'balance-unknown', atStake: null, command: 'spenddown plan' } as const)
  if (lapsed === null) return found
  const verdict = gone === null ? 'unknown' : 'action-required'
  return { ...found, cause: 'reset-missed', verdict, detail: figure(Math.round(lapsed.credits)), when: lapsed.at }
}

function schedulerGone({ jobs, scheduler }: Situation, atStake: number | null): Finding {
  const due = jobs.find(({ isDue }) => isDue)
  return {
    cause: 'scheduler-gone',
    verdict: due === undefined ? 'at-risk' : 'action-required',
    atStake,
    job: due?.job ?? null,
    when: scheduler.seenAt,
    command: 'spenddown schedule',
  }
}

function latestOf({ plans }: History): number | null {
  const all = plans.flatMap(({ latestSafeStart }) => latestSafeStart ?? [])
  return all.length === 0 ? null : Math.min(...all)
}

export function byForecast(situation: Situation, spendable: number | null): Finding | null {
  const { forecast, scheduler, held } = situation
  if (forecast.kind !== 'made' || (!scheduler.isAlive && situation.jobs.length > 0)) return null
  const { expiring, because, plans } = forecast.forecast
  const late = plans.find(
    ({ startsAt, latestSafeStart }) => startsAt !== null && latestSafeStart !== null && startsAt > latestSafeStart,
  )
  const risked = late === undefined ? 0 : (lossOf(lateLoss(late), situation) ?? 0)
  const [first] = because
  if (isWorthALook(risked, spendable) && risked > expiring) {
    const { job, startsAt, latestSafeStart } = late ?? { job: null, startsAt: null, latestSafeStart: null }
    const command = job === null ? null : `spenddown run ${job}`
    return {
      cause: 'starts-too-late',
      verdict: 'at-risk',
      atStake: risked,
      job,
      when: startsAt,
      actBy: latestSafeStart,
      command,
    }
  }
  if (isWorthALook(expiring, spendable) && first !== undefined)
    return {
      cause: first.cause,
      atStake: expiring,
      detail: first.change,
      actBy: latestOf(forecast.forecast),
      command: 'spenddown plan',
    }
  if (held > 0 && isWorthALook(held, (spendable ?? 0) + held))
    return { cause: 'unknown-calls', verdict: 'at-risk', atStake: held, command: 'spenddown unknown' }
  const next = plans
    .filter(({ startsAt }) => startsAt !== null)
    .toSorted((a, b) => (a.startsAt ?? 0) - (b.startsAt ?? 0))[0]
  return { cause: 'as-planned', atStake: expiring, job: next?.job ?? null, when: next?.startsAt ?? null }
}

/** By the pace that the latest safe start allows for, a later one loses its share of what the job would spend. */
function lateLoss({ use, startsAt, latestSafeStart, stopAt }: History['plans'][number]): number {
  if (startsAt === null || latestSafeStart === null || stopAt <= latestSafeStart) return 0
  return Math.floor((use * (startsAt - latestSafeStart)) / (stopAt - latestSafeStart))
}
