import type { Verdict } from '../../domain/judgement/judgement.ts'
import { LOSS_WORDS, shownJudgement, VERDICT_WORDS } from '../../domain/judgement/judgement-words.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { weekdayTime } from '../../domain/time/zoned-time.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure, wholeFigure } from '../../domain/words/figure.ts'
import { rangeWords } from '../../domain/words/words.ts'
import { type Html, html } from '../../report/html.ts'
import type { AccountView, ForecastView, JobView } from '../ports.ts'
import { creditsBar } from './credits-bar.ts'
import { instant, prose } from './instants.ts'
import { type Frame, layout } from './layout.ts'
import { monthChart } from './month-chart.ts'
import { openRunCard, runsTable } from './run-card.ts'
import { glanceState } from './run-fields.ts'

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
<div class="columns">
${nextCard(view, frame)}
${forecastCard(view, frame)}
</div>
<section aria-labelledby="latest"><div class="row"><h2 id="latest">Recent runs</h2><a href="/runs">All runs</a></div>
${runsTable(latest, frame)}
</section>`
  const events = { from: '/events', state: glanceState(view, frame), renewS: RENEW_S }
  const { verdict } = view.judgement
  const page = {
    title: VERDICT_WORDS[verdict],
    tone: TONES[verdict],
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
    reportedAt === null ? 'not reported by the vendor yet' : html`reported by vendor ${since(reportedAt)}`
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
  const { sentence, why, todo } = shownJudgement(judgement, zone)
  const act = todo === null ? '' : html`<p class="todo">${prose(todo, zone)}</p>`
  return html`<section class="verdict ${TONES[judgement.verdict]}" aria-label="Verdict"><p class="title" data-live="sentence">${sentence}</p><p>${prose(why, zone)}</p>${act}</section>`
}

function nextCard(view: AccountView, frame: Frame): Html {
  const { jobs } = view
  const scheduled = jobs.filter(({ decision }) => decision !== null)
  const body =
    scheduled.length === 0
      ? html`<p>No job has a schedule: runs are started by hand.</p>`
      : html`<ul>${scheduled.map((job) => nextOf(job, view, frame))}</ul>`
  return html`<section class="card" aria-labelledby="next"><h2 id="next">Upcoming jobs</h2>${body}</section>`
}

function nextOf({ job, decision, chosen }: JobView, view: AccountView, { zone }: Frame): Html {
  if (decision === null) return html``
  const { open, forecast, schedulerIsAlive } = view
  const name = html`<strong>${escapedText(job)}</strong>`
  if (decision.kind === 'wait' && decision.because === 'busy' && open?.atWork != null)
    return html`<li>${name} waits for the run above: the schedule decides again when it has ended</li>`
  const plan = forecast.kind === 'made' ? forecast.forecast.plans.find((each) => each.job === job) : undefined
  const latest = plan?.time.latestSafeStart
  const safe = latest == null ? '' : html`<p class="muted">latest safe start ${instant(latest, zone)}</p>`
  const first =
    chosen && decision.kind !== 'wait' && schedulerIsAlive ? html` <span class="badge live">first</span>` : ''
  return html`<li>${name} ${whenOf(decision, !schedulerIsAlive, zone)}${first}${safe}
<p class="muted">${prose(decision.why, zone)}</p></li>`
}

function whenOf(decision: NonNullable<JobView['decision']>, nobody: boolean, zone: string): Html {
  if (decision.kind === 'wait')
    return decision.until === null ? html`waits` : html`waits until ${instant(decision.until, zone)}`
  const what = decision.kind === 'start' ? 'starts' : 'goes on'
  return nobody ? html`is due, and no scheduler is there to start it` : html`${what} now`
}

type Made = Extract<ForecastView, { kind: 'made' }>['forecast']

function forecastCard({ forecast, open }: AccountView, frame: Frame): Html {
  return html`<section class="card" aria-labelledby="forecast"><h2 id="forecast">Until the reset</h2>${bodyOf(forecast, open?.atWork != null, frame)}</section>`
}

/** While a run is at work, what it leaves is judged by its own pace: what past runs would leave is not told beside that. */
function bodyOf(view: ForecastView, atWork: boolean, frame: Frame): Html {
  if (view.kind === 'counting') return html`<p>The eligible records are being counted. Look again in a moment.</p>`
  if (view.kind === 'none') return html`<p>There is no forecast: ${prose(view.why, frame.zone)}.</p>`
  const { forecast } = view
  return html`${atWork ? '' : unusedOf(forecast, frame)}
${forecast.plans.map((plan) => planOf(plan, frame))}
<p class="note">Made ${instant(forecast.madeAt, frame.zone)}, from past runs and a count of the table.</p>`
}

function unusedOf({ unused }: Made, { zone }: Frame): Html {
  if (unused === null) return html`<p>It is not known what there is to spend, nor what would expire.</p>`
  const { credits, because } = unused
  const causes = because.map(
    ({ cause, credits: left, change }) =>
      html`<li>${wholeFigure(left)} credits: ${LOSS_WORDS[cause]}. What would help: ${prose(change, zone)}.</li>`,
  )
  return html`<dl class="pairs">
<dt>Left unused, by past runs</dt><dd>${rangeWords(credits, wholeFigure)}</dd>
</dl>${causes.length === 0 ? '' : html`<ul>${causes}</ul>`}`
}

function planOf({ job, records, credits, time }: Made['plans'][number], { zone }: Frame): Html {
  const latest = time.latestSafeStart
  const cooling = records.coolingDown > 0 ? html` <small>and ${figure(records.coolingDown)} on cool-down</small>` : ''
  const sharing = records.shared > 0 ? html` <small>${figure(records.shared)} of them share a call</small>` : ''
  return html`<h3>${escapedText(job)}</h3><dl class="pairs">
<dt>Eligible records</dt><dd>${figure(records.eligible)}${sharing}${cooling}</dd>
<dt>Expected use</dt><dd>${credits.expectedUse === null ? 'not known' : rangeWords(credits.expectedUse, wholeFigure)}</dd>
<dt>Takes</dt><dd>${time.takesMs === null ? 'not known' : rangeWords(time.takesMs, roughly)}</dd>
<dt>Latest safe start</dt><dd>${latest === null ? 'none is needed' : prose(latest, zone)}</dd>
</dl>`
}
