import type { Verdict } from '../../domain/judgement/judgement.ts'
import { VERDICT_WORDS } from '../../domain/judgement/judgement-words.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { weekdayTime } from '../../domain/time/zoned-time.ts'
import { figure } from '../../domain/words/figure.ts'
import { type Html, html } from '../../report/html.ts'
import { htmlTable } from '../../report/page/html-table.ts'
import { changesByAge } from '../../report/tables/records-tables.ts'
import { correctionWords } from '../../report/value.ts'
import type { AccountView } from '../ports.ts'
import { creditsBar } from './credits-bar.ts'
import { instant } from './instants.ts'
import { type Frame, layout } from './layout.ts'
import { monthChart } from './month-chart.ts'
import { openRunCard, runsTable } from './run-card.ts'
import { glanceState } from './run-fields.ts'
import { upcomingJobs } from './upcoming-jobs.ts'
import { verdict } from './verdict.ts'

/** An open page is loaded again so often, to renew the verdict and the forecast. */
const RENEW_S = 60

export function accountPage(view: AccountView, frame: Frame): Html {
  const { open, latest } = view
  const body = html`<h1 class="visually-hidden">Account ${frame.vendor}</h1>
${strip(view, frame)}
${verdictCard(view, frame)}
<p id="live-note" class="note" role="status"></p>
${open === null ? '' : openRunCard(open, frame)}
${creditsBar(view)}
${monthChart(view, frame)}
${upcomingJobs(view, frame)}
${boughtCard(view, frame)}
<section aria-labelledby="latest"><div class="row"><h2 id="latest">Recent runs</h2><a href="${frame.base}/runs">All runs</a></div>
${runsTable(latest, frame)}
</section>`
  const events = { from: `${frame.base}/events`, state: glanceState(view, frame), renewS: RENEW_S }
  const { judgement } = view
  const page = {
    title: VERDICT_WORDS[judgement.verdict],
    tone: TONES[judgement.verdict],
    at: 'account',
    body,
    events,
    charts: true,
  } as const
  return layout(page, frame)
}

/** How old what is shown is, and whether somebody looks after the schedule. */
function strip({ schedulerSeenAt, jobs, balance, reportedAt, at, cycle }: AccountView, { zone }: Frame): Html {
  const since = (instant: number) => html`${weekdayTime(instant, zone, at)} (${roughly(at - instant)} ago)`
  const scheduler = !jobs.some(({ decision }) => decision !== null)
    ? 'no job has a schedule'
    : schedulerSeenAt === null
      ? 'never seen'
      : html`last seen ${since(schedulerSeenAt)}`
  const reported =
    reportedAt === null
      ? 'not reported by the vendor yet'
      : html`${balance === null ? 'last reported' : 'reported'} by vendor ${since(reportedAt)}`
  return html`<dl class="strip"><div><dt>Scheduler</dt><dd>${scheduler}</dd></div>
<div><dt>Balance</dt><dd><strong>${balance === null ? 'not known' : figure(Math.round(balance))}</strong>, ${reported}</dd></div>
<div><dt>Reset</dt><dd>${instant(cycle.endAt, zone)}</dd></div></dl>`
}

const TONES: Readonly<Record<Verdict, string>> = {
  'on-track': 'good',
  'at-risk': 'look',
  losing: 'act',
  'action-required': 'act',
  unknown: 'unsure',
}

/** What leads the page: whether credits will be lost, how many, why, and what to do. */
function verdictCard({ judgement, latest }: AccountView, { zone }: Frame): Html {
  if (latest.length === 0)
    return html`<section class="verdict unsure"><p class="title">Nothing has run yet</p><p><code>spenddown plan</code> shows what a run would do, <code>spenddown run</code> starts one.</p></section>`
  return html`<section class="verdict ${TONES[judgement.verdict]}" aria-label="Verdict" data-live-verdict>${verdict(judgement, zone)}</section>`
}

/** How many of the refreshed records had changed, by their age, and what such a correction cost. */
function boughtCard({ month: { bought } }: AccountView, { zone }: Frame): Html {
  if (bought === null) return html``
  const { changes, value, since } = bought
  const cost = correctionWords(value)
  const counts = html`${figure(changes.changed)} of ${figure(changes.compared)} refreshed records had changed`
  return html`<section class="card" aria-labelledby="bought"><h2 id="bought">What credits bought</h2>
<p>${counts}${cost === null ? '' : html`; <strong>${cost}</strong>`}. <span class="muted">Runs since ${instant(since, zone)}.</span></p>
${htmlTable(changesByAge(changes))}</section>`
}
