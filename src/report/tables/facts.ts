import { figure } from '../../domain/figure.ts'
import { roughly } from '../../domain/roughly.ts'
import { whyInWords } from '../../domain/run.ts'
import { driftWords } from '../../domain/words.ts'
import type { Report } from '../report.ts'
import { namedTime } from '../zoned-time.ts'

/** What identifies the run, and how it stands: names and words. */
export function factsOf({ run, table, cycle, madeAt }: Report): readonly (readonly [name: string, words: string])[] {
  const time = (iso: string) => namedTime(Date.parse(iso), cycle.timeZone)
  const why = run.stopReason === null ? '' : `: ${whyInWords(run.status, run.stopReason)}`
  const { sent, throttled, failed, unknown } = run.calls
  return [
    ['Run', run.runId],
    ['Table', table],
    ['Status', `${run.status}${why}${run.detail === null ? '' : ` · ${run.detail}`}`],
    ['Began', time(run.startedAt)],
    ['Ended', run.endedAt === null ? `not yet; as of ${time(madeAt)}` : time(run.endedAt)],
    ['Worked', roughly(run.elapsedMs)],
    [
      'Calls',
      `${figure(sent)} sent, ${figure(throttled)} throttled, ${figure(failed)} failed, ${figure(unknown)} unknown`,
    ],
    ['Had to stop by', time(cycle.stopAt)],
    ['Credits reset', time(cycle.resetAt)],
    ...balanceOf(run),
    ...run.warnings.map((warning): [string, string] => ['Warning', warning]),
  ]
}

function balanceOf({ credits }: Report['run']): [string, string][] {
  const { balance, reserve, drift } = credits
  const drifted = drift === 0 ? '' : `; ${driftWords(drift)}`
  return [['Balance', `${balanceWords(balance, reserve)}${drifted}`]]
}

function balanceWords(balance: number | null, reserve: number): string {
  const words = balance === null ? 'not reported' : figure(balance)
  if (balance === null || reserve === 0) return reserve === 0 ? words : `${words}; ${figure(reserve)} are reserved`
  return `${words}, ${balance < reserve ? 'less than the' : 'of which'} ${figure(reserve)}${balance < reserve ? ' that' : ''} are reserved`
}
