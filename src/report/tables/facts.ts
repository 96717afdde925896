import { whyInWords } from '../../domain/run/run.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { namedTime } from '../../domain/time/zoned-time.ts'
import { figure } from '../../domain/words/figure.ts'
import { driftWords } from '../../domain/words/words.ts'
import type { Report } from '../report.ts'

export function factsOf({ run, table, cycle, madeAt }: Report): readonly (readonly [name: string, words: string])[] {
  const time = (iso: string) => namedTime(Date.parse(iso), cycle.timeZone)
  const why = run.stopReason === null ? '' : `: ${whyInWords(run.status, run.stopReason)}`
  const { sent, throttled, failed, unknown } = run.calls
  const calls = `${figure(sent)} sent, ${figure(throttled)} throttled, ${figure(failed)} failed, ${figure(unknown)} unknown`
  const { balance, reserve, drift } = run.credits
  return [
    ['Run', run.runId],
    ['Table', table],
    ['Status', `${run.status}${why}${run.detail === null ? '' : ` · ${run.detail}`}`],
    ['Began', time(run.startedAt)],
    ['Ended', run.endedAt === null ? `not yet; as of ${time(madeAt)}` : time(run.endedAt)],
    ['Worked', roughly(run.elapsedMs)],
    ['Calls', calls],
    ['Had to stop by', time(cycle.stopAt)],
    ['Credits reset', time(cycle.resetAt)],
    ['Balance', `${balanceWords(balance, reserve)}${drift === 0 ? '' : `; ${driftWords(drift)}`}`],
    ...run.warnings.map((warning) => ['Warning', warning] as const),
  ]
}

function balanceWords(balance: number | null, reserve: number): string {
  const words = balance === null ? 'not reported' : figure(balance)
  if (reserve === 0) return words
  const reserved = figure(reserve)
  if (balance === null) return `${words}; ${reserved} are reserved`
  return `${words}, ${balance < reserve ? `less than the ${reserved} that` : `of which ${reserved}`} are reserved`
}
