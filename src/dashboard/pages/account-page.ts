import type { Verdict } from '../../domain/judgement/judgement.ts'
import { LOSS_WORDS, shownJudgement } from '../../domain/judgement/judgement-words.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure, wholeFigure } from '../../domain/words/figure.ts'
import { rangeWords } from '../../domain/words/words.ts'
import { type Html, html } from '../../report/html.ts'
import type { AccountView, ForecastView, JobView } from '../ports.ts'
import { instant, prose } from './instants.ts'
import { type Frame, layout } from './layout.ts'
import { live, openRunCard, runsTable } from './run-card.ts'
import { glanceState, type RunFields, runFields } from './run-fields.ts'

/** An open page is loaded again so often, to renew the verdict and the forecast. */
const RENEW_S = 60

export function accountPage(view: AccountView, frame: Frame): Html {
  const { open, latest } = view
  const body = html`<h1 class="visually-hidden">Account ${frame.vendor}</h1>
${verdictCard(view, frame)}
${figures(view, frame)}
<p id="live-note" class="note" role="status"></p>
${open === null ? '' : openRunCard(open, frame)}
<div class="columns">
${nextCard(view, frame)}
${forecastCard(view.forecast, frame)}
</div>
<section aria-labelledby="latest"><div class="row"><h2 id="latest">Latest runs</h2><a href="/runs">All runs</a></div>
${runsTable(latest, frame)}
</section>`
  const events = { from: '/events', state: glanceState(view, frame), renewS: RENEW_S }
  return layout({ title: 'Account', at: 'account', body, events }, frame)
}

const TONES: Readonly<Record<Verdict, string>> = {
  'on-track': 'good',
  'at-risk': 'look',
  losing: 'act',
  'action-required': 'act',
  unknown: 'plain',
}

/** What leads the page: whether credits will be lost, how many, why, and what to do. */
function verdictCard({ judgement, latest }: AccountView, { zone }: Frame): Html {
  if (latest.length === 0)
    return html`<section class="verdict plain"><p class="title">Nothing has run yet</p><p><code>spenddown plan</code> shows what a run would do, <code>spenddown run</code> starts one.</p></section>`
  const { sentence, why, todo } = shownJudgement(judgement, zone)
  const act = todo === null ? '' : html`<p class="todo">${prose(todo, zone)}</p>`
  return html`<section class="verdict ${TONES[judgement.verdict]}" aria-label="Verdict"><p class="title" data-live="sentence">${sentence}</p><p>${prose(why, zone)}</p>${act}</section>`
}

function figures(view: AccountView, frame: Frame): Html {
  const { zone } = frame
  const { balance, reserve, reportedAt, cycle, at, jobs, open } = view
  const next = jobs.find(({ chosen }) => chosen) ?? jobs[0]
  const fields = open === null ? null : runFields(open, frame)
  return html`<dl class="tiles">
<div><dt>Balance</dt><dd>${fields === null ? known(balance) : live(fields, 'balance')}</dd><dd class="note">${reportedAt === null ? 'the vendor has reported none yet' : html`as last known; reported by the vendor ${instant(reportedAt, zone)}`}</dd></div>
<div><dt>Reserve</dt><dd>${figure(reserve)}</dd><dd class="note">left for others${next === undefined || open !== null ? '' : html`: ${prose(next.reserveHow, zone)}`}</dd></div>
${spendableTile(view, fields)}
<div><dt>Reset</dt><dd>in ${roughly(cycle.endAt - at)}</dd><dd class="note">${instant(cycle.endAt, zone)}</dd></div>
</dl>`
}

/** While a run is at work, what is left of its budget. */
function spendableTile({ judgement, held, open }: AccountView, fields: RunFields | null): Html {
  if (open !== null && open.atWork !== null && fields !== null) {
    const budget = `of the run's budget of ${figure(open.summary.credits.budget)}`
    return html`<div><dt>Left to spend</dt><dd>${live(fields, 'left')}</dd><dd class="note">${budget}</dd></div>`
  }
  const note = held > 0 ? `${figure(held)} held by calls` : 'no call holds any'
  return html`<div><dt>Can be spent</dt><dd>${known(judgement.spendable)}</dd><dd class="note">${note}</dd></div>`
}

function known(amount: number | null): Html {
  return amount === null ? html`<span class="muted">not known</span>` : html`${figure(amount)}`
}

function nextCard({ jobs, open }: AccountView, frame: Frame): Html {
  const scheduled = jobs.filter(({ decision }) => decision !== null)
  const body =
    scheduled.length === 0
      ? html`<p>No job has a schedule: runs are started by hand.</p>`
      : html`<ul>${scheduled.map((job) => nextOf(job, open?.atWork != null, frame))}</ul>`
  return html`<section class="card" aria-labelledby="next"><h2 id="next">What comes next, and why</h2>${body}</section>`
}

function nextOf({ job, decision, chosen }: JobView, atWork: boolean, { zone }: Frame): Html {
  if (decision === null) return html``
  if (decision.kind === 'wait' && decision.because === 'busy' && atWork)
    return html`<li><strong>${escapedText(job)}</strong> waits for the run above: the schedule decides again when it has ended</li>`
  const when =
    decision.kind === 'start'
      ? 'starts now'
      : decision.kind === 'resume'
        ? 'goes on now'
        : decision.until === null
          ? 'waits'
          : html`waits until ${instant(decision.until, zone)}`
  return html`<li><strong>${escapedText(job)}</strong> ${when}${chosen && decision.kind !== 'wait' ? html` <span class="badge live">first</span>` : ''}
<p class="muted">${prose(decision.why, zone)}</p></li>`
}

type Made = Extract<ForecastView, { kind: 'made' }>['forecast']

function forecastCard(view: ForecastView, frame: Frame): Html {
  return html`<section class="card" aria-labelledby="forecast"><h2 id="forecast">Until the reset</h2>${bodyOf(view, frame)}</section>`
}

function bodyOf(view: ForecastView, frame: Frame): Html {
  if (view.kind === 'counting') return html`<p>The eligible records are being counted. Look again in a moment.</p>`
  if (view.kind === 'none') return html`<p>There is no forecast: ${prose(view.why, frame.zone)}.</p>`
  const { forecast } = view
  return html`${unusedOf(forecast, frame)}
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
