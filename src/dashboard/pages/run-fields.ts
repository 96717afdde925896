import { SpenddownError } from '../../domain/errors/errors.ts'
import { VERDICT_WORDS } from '../../domain/judgement/judgement-words.ts'
import { hasEnded, type RunSummary } from '../../domain/run/run.ts'
import { doneOf, leftOf } from '../../domain/run/run-progress.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { instantWords } from '../../domain/time/zoned-time.ts'
import { figure, percent } from '../../domain/words/figure.ts'
import { paceAndWhy } from '../../domain/words/words.ts'
import type { Glance, RunView } from '../ports.ts'
import type { Look } from '../watchers.ts'
import { judgedParts } from './credits-bar.ts'
import type { Frame } from './layout.ts'
import { verdict, verdictTitle } from './verdict.ts'

type Where = Pick<Frame, 'now' | 'zone'>

/** The texts that change while a run is watched, for the page and for the event stream. */
export type RunFields = ReturnType<typeof runFields>
export type FieldName = keyof RunFields['text']

/** `state`: when it changes, the page must be loaded again; `done`: 0 to 1000. */
export function runFields({ summary, atWork, stopAt, health, finishAt }: RunView, { now, zone }: Where) {
  const { records, credits, calls, pace, elapsedMs } = summary
  const done = Math.floor(progressOf(summary) * 1_000)
  const perMs = health.kind === 'well' ? (health.rates?.recordsPerMs ?? 0) : 0
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
      pace: pace === null ? '–' : paceAndWhy(pace),
      rate: atWork === null || summary.controlRequest !== null ? '–' : figure(Math.round(perMs * 10_000) / 10),
      active: roughly(elapsedMs),
      ends: finishAt === null ? '–' : endsWords(finishAt, now, stopAt, zone),
    },
  }
}

function endsWords(endsAt: number, now: number, stopAt: number, zone: string): string {
  if (endsAt > stopAt) return `not before it must stop, ${instantWords(stopAt, zone)}`
  return `in about ${roughly(endsAt - now)}, ${instantWords(endsAt, zone)}`
}

/** The share done, 0 to 1, of its records or of its budget, whichever is larger. */
function progressOf(summary: RunSummary): number {
  const { status, records, credits } = summary
  if (status === 'completed') return 1
  const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : 0)
  return Math.max(share(doneOf(summary), records.selected), share(credits.spent + credits.unknown, credits.budget))
}

/** When it changes, the account's page must be loaded again. */
export function glanceState({ open, sign, judgement }: Glance, where: Where): string {
  const outlook = `${judgement.verdict} ${judgement.cause}`
  return open === null
    ? `${sign} ${outlook}`
    : `${sign} ${outlook} ${open.summary.runId} ${runFields(open, where).state}`
}

/** What the account's page is sent. */
export function glanceText(glance: Glance, where: Where): Awaited<ReturnType<Look>> {
  const { done, text } = glance.open === null ? { done: 0, text: {} } : runFields(glance.open, where)
  const parts = judgedParts(glance.judgement)
  const judged = Object.fromEntries(Object.entries(parts).map(([name, credits]) => [name, figure(Math.round(credits))]))
  const shown = {
    done,
    text: { ...text, ...(glance.judgement.spendable === null ? {} : judged) },
    verdict: String(verdict(glance.judgement, where.zone)),
    state: glanceState(glance, where),
  }
  return { text: JSON.stringify(shown), over: false }
}

/** What a run's page is sent. */
export function runText(view: RunView | null, where: Where): Awaited<ReturnType<Look>> {
  return view === null ? null : { text: JSON.stringify(runFields(view, where)), over: hasEnded(view.summary) }
}

/** The verdict on a page that is open meanwhile. */
const AWAY = {
  away: true,
  title: `${VERDICT_WORDS.unknown} · spenddown`,
  text: {},
  verdict: String(verdictTitle(`${VERDICT_WORDS.unknown}: the database is unreachable`)),
}

/** The same look, which says so to the page while the database is unreachable. */
export function orAway(look: Look): Look {
  return async () => {
    try {
      return await look()
    } catch (error) {
      if (error instanceof SpenddownError) return { text: JSON.stringify(AWAY), over: false }
      throw error
    }
  }
}
