import { figure, percent } from '../domain/figure.ts'
import { roughly } from '../domain/roughly.ts'
import { type RunSummary, whyInWords } from '../domain/run.ts'
import { paceWords } from '../domain/words.ts'
import { endingAt, progressOf } from './ending-at.ts'
import { instantWords } from './instants.ts'
import type { RunView } from './ports.ts'

/** What of a run changes while it is watched: worded here, for the page and for the event stream alike. */
export type RunFields = ReturnType<typeof runFields>
export type FieldName = keyof RunFields['text']

/** `state`: when it changes, the page is another one; `done`: 0 to 1000. */
export function runFields({ summary, atWork, stopAt }: RunView, now: number, zone: string) {
  const { records, credits, calls, pace, elapsedMs } = summary
  const done = Math.floor(progressOf(summary) * 1_000)
  const tried = records.selected - records.remaining
  const endsAt = endingAt(summary, now)
  return {
    state: [summary.status, summary.controlRequest?.what, atWork === null ? null : 'at work'].filter(Boolean).join(' '),
    done,
    text: {
      done: percent(done, 1_000),
      refreshed: figure(records.refreshed),
      notFound: figure(records.notFound),
      failed: figure(records.failed),
      unknown: figure(records.unknown),
      superseded: figure(records.superseded),
      remaining: figure(records.remaining),
      spent: figure(credits.spent),
      held: figure(credits.unknown),
      left: figure(Math.max(0, credits.budget - credits.spent - credits.unknown)),
      balance: credits.balance === null ? 'not known' : figure(credits.balance),
      calls: figure(calls.sent),
      throttled: figure(calls.throttled),
      callsFailed: figure(calls.failed),
      callsUnknown: figure(calls.unknown),
      pace: pace === null ? '–' : `${paceWords(pace)}: ${pace.reason}`,
      rate: elapsedMs === 0 ? '0' : figure(Math.round((tried / elapsedMs) * 10_000) / 10),
      active: roughly(elapsedMs),
      ends: endsAt === null ? '–' : endsWords(endsAt, now, stopAt, zone),
    },
  }
}

/** "running", "paused", "stopped: it was interrupted". */
export function stateWords({ status, stopReason, controlRequest }: RunSummary): string {
  if (status === 'running')
    return controlRequest === null ? 'running' : controlRequest.what === 'pause' ? 'paused' : 'stopping'
  return stopReason === null ? status : `${status}: ${whyInWords(status, stopReason)}`
}

/** What a badge is coloured by. */
export function stateTone({ status, controlRequest }: RunSummary): 'live' | 'good' | 'look' | 'act' {
  if (status === 'running') return controlRequest === null ? 'live' : 'look'
  return status === 'completed' ? 'good' : status === 'failed' ? 'act' : 'look'
}

function endsWords(endsAt: number, now: number, stopAt: number, zone: string): string {
  if (endsAt > stopAt) return `not before it must stop, ${instantWords(stopAt, zone)}`
  return `in about ${roughly(endsAt - now)}, ${instantWords(endsAt, zone)}`
}
