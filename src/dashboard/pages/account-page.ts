import { roughly } from '../../domain/time/roughly.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure } from '../../domain/words/figure.ts'
import { type Html, html } from '../../report/html.ts'
import type { AccountView, JobView } from '../ports.ts'
import { forecastCard } from './forecast-card.ts'
import { instant, prose } from './instants.ts'
import { type Frame, layout } from './layout.ts'
import { live, openRunCard, runsTable } from './run-card.ts'
import { glanceState, type RunFields, runFields } from './run-fields.ts'
import { verdictOf } from './verdict.ts'

/** Verdict and forecast are no older than that on a page that is left open. */
const RENEW_S = 120

/** The account: whether it works out, what there is, the run under way, what comes next. */
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
  const events = { from: '/events', state: glanceState(view, frame), renew: RENEW_S }
  return layout({ title: 'Account', at: 'account', body, events }, frame)
}

function verdictCard(view: AccountView, frame: Frame): Html {
  if (view.latest.length === 0)
    return html`<section class="verdict good"><p class="title">Nothing has run yet</p><p><code>spenddown plan</code> shows what a run would do, <code>spenddown run</code> starts one.</p></section>`
  const { level, title, reasons } = verdictOf(view)
  const lines = reasons.map((reason) => html`<li>${prose(reason, frame.zone)}</li>`)
  return html`<section class="verdict ${level}" aria-label="Verdict"><p class="title">${title}</p><ul>${lines}</ul></section>`
}

function figures(view: AccountView, frame: Frame): Html {
  const { zone } = frame
  const { balance, reportedAt, cycle, at, jobs, open } = view
  const next = jobs.find(({ chosen }) => chosen) ?? jobs[0]
  const reserve = open?.summary.credits.reserve ?? next?.reserve ?? null
  const fields = open === null ? null : runFields(open, frame)
  return html`<dl class="tiles">
<div><dt>Balance</dt><dd>${fields === null ? known(balance) : live(fields, 'balance')}</dd><dd class="note">${reportedAt === null ? 'the vendor has reported none yet' : html`as last known; the vendor's word is of ${instant(reportedAt, zone)}`}</dd></div>
<div><dt>Reserve</dt><dd>${known(reserve)}</dd><dd class="note">left for others${next === undefined || open !== null ? '' : html`: ${prose(next.reserveHow, zone)}`}</dd></div>
${spendableTile(view, reserve, fields)}
<div><dt>Reset</dt><dd>in ${roughly(cycle.endAt - at)}</dd><dd class="note">${instant(cycle.endAt, zone)}</dd></div>
</dl>`
}

/** While a run goes on, what it may still spend counts. */
function spendableTile({ balance, held, open }: AccountView, reserve: number | null, fields: RunFields | null): Html {
  if (open !== null && fields !== null) {
    const budget = `of the run's budget of ${figure(open.summary.credits.budget)}`
    return html`<div><dt>Left to spend</dt><dd>${live(fields, 'left')}</dd><dd class="note">${budget}</dd></div>`
  }
  const spendable = balance === null || reserve === null ? null : Math.max(0, balance - reserve - held)
  const note = held > 0 ? `${figure(held)} held by calls` : 'no call holds any'
  return html`<div><dt>Spendable</dt><dd>${known(spendable)}</dd><dd class="note">${note}</dd></div>`
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
