import { leftOf } from '../run/run-progress.ts'
import { type Finding, isWorthALook, lossOf, RED } from './finding.ts'
import { atRest, withoutBalance } from './judge-forecast.ts'
import { onInterrupted, onPause, onWork } from './judge-run.ts'
import type { Judgement, Verdict } from './judgement.ts'
import type { Situation } from './situation.ts'

/** The one judgement on an account. Pure. */
export function judge(situation: Situation): Judgement {
  const { now, resetAt } = situation
  const spendable = spendableOf(situation)
  const found = findingOf(situation, spendable)
  const atStake = found.atStake === null ? null : Math.round(found.atStake * 1e6) / 1e6
  const verdict = found.verdict ?? verdictBy(atStake, spendable)
  const blank = { run: null, job: null, by: null, when: null, detail: null, actBy: null, finishAt: null, stopAt: null }
  return { ...blank, command: null, at: now, resetAt, spendable, ...found, atStake, verdict }
}

/** No judgement is possible while the database is unreachable. */
export function unreachable(now: number, resetAt: number, detail: string): Judgement {
  const nothing = { run: null, job: null, by: null, when: null, actBy: null, finishAt: null, stopAt: null }
  const why = { verdict: 'unknown', cause: 'database-unreachable', command: 'spenddown doctor' } as const
  return { ...nothing, ...why, at: now, resetAt, atStake: null, spendable: null, detail }
}

function verdictBy(atStake: number | null, spendable: number | null): Verdict {
  if (atStake === null) return 'unknown'
  if (!isWorthALook(atStake, spendable)) return 'on-track'
  return atStake > (spendable ?? 0) * RED ? 'losing' : 'at-risk'
}

/** While nobody is at work, as the forecast has it: its jobs know what each of them leaves for others. */
function spendableOf({ balance, reserve, held, run, forecast }: Situation): number | null {
  if (run?.atWork !== true && forecast.kind === 'made') return forecast.forecast.spendable
  if (balance !== null) return Math.max(0, balance - reserve - held)
  return run === null ? null : leftOf(run.summary)
}

function findingOf(situation: Situation, spendable: number | null): Finding {
  const { run, failed } = situation
  if (run?.summary.controlRequest != null) {
    const finding = onPause(run, situation, spendable)
    if (finding !== null) return finding
  } else if (run?.atWork === true) return onWork(run, situation, spendable)
  if (failed !== null) {
    const { runId: id, job, detail } = failed
    // Until it is mended, every other run would fail as well.
    const atStake = lossOf(spendable, situation)
    return {
      cause: 'run-failed',
      verdict: 'action-required',
      atStake,
      run: { id, job },
      detail,
      command: `spenddown run ${job}`,
    }
  }
  if (spendable === null) return withoutBalance(situation)
  if (spendable === 0) return { cause: 'nothing-to-spend', atStake: 0 }
  return (run === null ? null : onInterrupted(run, situation, spendable)) ?? atRest(situation, spendable)
}
