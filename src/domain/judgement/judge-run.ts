import type { RunSummary } from '../run/run.ts'
import { leftOf, msLeft, type Rates } from '../run/run-progress.ts'
import { type Finding, isWorthALook, lossOf } from './finding.ts'
import { byForecast } from './judge-forecast.ts'
import type { RunNow, Situation } from './situation.ts'

/** Paused, or told to stop: nothing is spent until a person takes that back. */
export function onPause(
  { summary, stopAt, atWork }: RunNow,
  situation: Situation,
  spendable: number | null,
): Finding | null {
  const { controlRequest, runId: id, job, elapsedMs } = summary
  if (controlRequest === null) return null
  const { what, by, at } = controlRequest
  // While it is paused, it keeps all others from the account; what was stopped leaves it to the schedule's other jobs.
  const others = atWork ? null : byForecast(situation, spendable)
  const atStake = others?.atStake ?? lossOf(spendable, situation)
  if (atStake !== null && !isWorthALook(atStake, spendable)) return null
  const needs = msLeft(summary, averageOf(summary), false)
  const actBy = needs === null || elapsedMs === 0 ? null : Math.max(situation.now, stopAt - needs)
  const command = atWork || what === 'pause' ? `spenddown continue ${id}` : `spenddown resume ${id}`
  const cause = what === 'pause' ? 'paused' : 'stopped'
  return {
    cause,
    verdict: 'action-required',
    atStake,
    run: { id, job },
    by,
    when: Date.parse(at),
    actBy,
    stopAt,
    command,
  }
}

function averageOf({ credits, records, elapsedMs }: RunSummary): Rates {
  const ms = Math.max(1, elapsedMs)
  return { recordsPerMs: (records.selected - records.remaining) / ms, creditsPerMs: credits.spent / ms }
}

export function onWork(now: RunNow, situation: Situation, spendable: number | null): Finding {
  const { summary, stopAt, health, steady, selectsMore, isWhole } = now
  const run = { id: summary.runId, job: summary.job }
  if (health.kind === 'failing') {
    const pastHelp = (msLeft(summary, averageOf(summary), selectsMore) ?? 0) > stopAt - situation.now
    const verdict = pastHelp ? 'losing' : 'at-risk'
    const detail = summary.pace?.reason ?? null
    const atStake = lossOf(spendable, situation)
    return {
      cause: 'vendor-failing',
      verdict,
      atStake,
      run,
      when: health.since,
      detail,
      stopAt,
      command: 'spenddown doctor',
    }
  }
  const left = leftOf(summary)
  const finishAt = finishOf(now, situation.now)
  if (steady && finishAt !== null) return { cause: 'steady', atStake: 0, run, finishAt: stopAt, stopAt }
  if (health.rates === null || finishAt === null)
    return { cause: 'run-begins', verdict: 'unknown', atStake: null, run, stopAt }
  const use = Math.min(left, health.rates.creditsPerMs * Math.max(0, Math.min(finishAt, stopAt) - situation.now))
  const all = spendable ?? left
  const atStake = lossOf(Math.max(0, all - use - laterUse(situation, now, use)), situation)
  const found = { atStake, run, finishAt, stopAt }
  if (!isWorthALook(atStake ?? 0, all)) return { cause: 'run-in-time', ...found }
  if (finishAt > stopAt) return { cause: 'too-slow', ...found }
  if (!isWhole) return { cause: 'narrowed', ...found, command: `spenddown run ${summary.job}` }
  return { cause: isWorthALook(left - use, all) ? 'too-few-records' : 'budget', ...found, command: 'spenddown plan' }
}

/** When a run at work is done at its pace, epoch ms; null: not known. */
export function finishOf({ summary, atWork, health, selectsMore }: RunNow, now: number): number | null {
  if (!atWork || summary.controlRequest !== null || health.kind === 'failing' || health.rates === null) return null
  const ms = msLeft(summary, health.rates, selectsMore)
  return ms === null ? null : now + ms
}

/** What the schedule will spend by the forecast beside the run: on other jobs, and on what a narrowed run leaves of its own. */
function laterUse({ forecast, scheduler }: Situation, { summary, isWhole }: RunNow, use: number): number {
  if (forecast.kind !== 'made' || !scheduler.isAlive) return 0
  const starting = forecast.forecast.plans.filter(({ startsAt }) => startsAt !== null)
  return starting.reduce((sum, plan) => {
    if (plan.job !== summary.job) return sum + plan.use
    return isWhole ? sum : sum + Math.max(0, plan.use - use)
  }, 0)
}

export function onInterrupted({ summary, stopAt }: RunNow, situation: Situation, spendable: number): Finding | null {
  const { runId: id, job } = summary
  // The schedule goes on with a run of its own.
  if (situation.jobs.some((each) => each.job === job) || !isWorthALook(leftOf(summary), spendable)) return null
  const atStake = byForecast(situation, spendable)?.atStake ?? lossOf(spendable, situation)
  if (!isWorthALook(atStake ?? 0, spendable)) return null
  const needs = msLeft(summary, averageOf(summary), false)
  const actBy = needs === null ? null : Math.max(situation.now, stopAt - needs)
  return {
    cause: 'interrupted',
    verdict: 'action-required',
    atStake,
    run: { id, job },
    actBy,
    stopAt,
    command: `spenddown resume ${id}`,
  }
}
