import { SpenddownError } from '../../domain/errors/errors.ts'
import { hasEnded, type RunSummary } from '../../domain/run/run.ts'
import { doneOf, leftOf, msLeft } from '../../domain/run/run-progress.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { instantWords } from '../../domain/time/zoned-time.ts'
import { figure, percent } from '../../domain/words/figure.ts'
import { paceWords } from '../../domain/words/words.ts'
import type { Glance, RunView } from '../ports.ts'
import type { Look } from '../watchers.ts'
import type { Frame } from './layout.ts'

type Where = Pick<Frame, 'now' | 'zone'>

/** The texts that change while a run is watched, for the page and for the event stream. */
export type RunFields = ReturnType<typeof runFields>
export type FieldName = keyof RunFields['text']

/** `state`: when it changes, the page must be loaded again; `done`: 0 to 1000. */
export function runFields({ summary, atWork, stopAt }: RunView, { now, zone }: Where) {
  const { records, credits, calls, pace, elapsedMs } = summary
  const done = Math.floor(progressOf(summary) * 1_000)
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
      left: figure(leftOf(summary)),
      balance: credits.balance === null ? 'not known' : figure(credits.balance),
      calls: figure(calls.sent),
      throttled: figure(calls.throttled),
      callsFailed: figure(calls.failed),
      callsUnknown: figure(calls.unknown),
      pace: pace === null ? '–' : `${paceWords(pace)}: ${pace.reason}`,
      rate: elapsedMs === 0 ? '0' : figure(Math.round((doneOf(summary) / elapsedMs) * 10_000) / 10),
      active: roughly(elapsedMs),
      ends: endsAt === null ? '–' : endsWords(endsAt, now, stopAt, zone),
    },
  }
}

function endsWords(endsAt: number, now: number, stopAt: number, zone: string): string {
  if (endsAt > stopAt) return `not before it must stop, ${instantWords(stopAt, zone)}`
  return `in about ${roughly(endsAt - now)}, ${instantWords(endsAt, zone)}`
}

/** With fewer records, the speed is not known. */
const FEWEST = 50

/** When a running run ends at its average speed, epoch ms; null: not known. */
export function endingAt(summary: RunSummary, now: number): number | null {
  const { status, credits, elapsedMs, controlRequest } = summary
  const done = doneOf(summary)
  if (status !== 'running' || controlRequest !== null || done < FEWEST || elapsedMs <= 0) return null
  const creditsPerMs = (credits.spent + credits.unknown) / elapsedMs
  const ms = msLeft(summary, { recordsPerMs: done / elapsedMs, creditsPerMs })
  return ms === null ? null : now + ms
}

/** The share done, 0 to 1, of its records or of its budget, whichever is larger. */
function progressOf(summary: RunSummary): number {
  const { status, records, credits } = summary
  if (status === 'completed') return 1
  const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : 0)
  return Math.max(share(doneOf(summary), records.selected), share(credits.spent + credits.unknown, credits.budget))
}

/** When it changes, the account's page must be loaded again. */
export function glanceState({ open, sign }: Glance, where: Where): string {
  return open === null ? sign : `${sign} ${open.summary.runId} ${runFields(open, where).state}`
}

/** What the account's page is sent. */
export function glanceText(glance: Glance, where: Where): Awaited<ReturnType<Look>> {
  const fields = glance.open === null ? { done: 0, text: {} } : runFields(glance.open, where)
  return { text: JSON.stringify({ ...fields, state: glanceState(glance, where) }), over: false }
}

/** What a run's page is sent. */
export function runText(view: RunView | null, where: Where): Awaited<ReturnType<Look>> {
  return view === null ? null : { text: JSON.stringify(runFields(view, where)), over: hasEnded(view.summary) }
}

/** The same look, which says so to the page while the database is unreachable. */
export function orAway(look: Look): Look {
  return async () => {
    try {
      return await look()
    } catch (error) {
      if (error instanceof SpenddownError) return { text: JSON.stringify({ away: true }), over: false }
      throw error
    }
  }
}
