import { roughly } from '../../domain/time/roughly.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure } from '../../domain/words/figure.ts'
import { rangeWords } from '../../domain/words/words.ts'
import { type Html, html } from '../../report/html.ts'
import type { ForecastView } from '../ports.ts'
import { instant, prose } from './instants.ts'
import type { Frame } from './layout.ts'

type Made = Extract<ForecastView, { kind: 'made' }>['forecast']

/** What will have been spent at the reset, and what would expire. */
export function forecastCard(view: ForecastView, frame: Frame): Html {
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
  if (unused === null) return html`<p>Nobody knows what there is to spend, so nobody knows what would expire.</p>`
  const { expiring, spendable, credits, because } = unused
  const causes = because.map(
    ({ cause, credits: left, change }) =>
      html`<li>${figure(left)} credits: ${cause.replaceAll('-', ' ')}. What would help: ${prose(change, zone)}.</li>`,
  )
  return html`<dl class="pairs">
<dt>Can be spent</dt><dd>${figure(spendable)}</dd>
<dt>Left unused</dt><dd>${rangeWords(credits, figure)}</dd>
<dt>Would expire</dt><dd><strong>${figure(expiring)}</strong></dd>
</dl>${causes.length === 0 ? '' : html`<ul>${causes}</ul>`}`
}

function planOf({ job, records, credits, time }: Made['plans'][number], { zone }: Frame): Html {
  const latest = time.latestSafeStart
  const cooling = records.coolingDown > 0 ? html` <small>and ${figure(records.coolingDown)} on cool-down</small>` : ''
  const sharing = records.shared > 0 ? html` <small>${figure(records.shared)} of them share a call</small>` : ''
  return html`<h3>${escapedText(job)}</h3><dl class="pairs">
<dt>Eligible records</dt><dd>${figure(records.eligible)}${sharing}${cooling}</dd>
<dt>Expected use</dt><dd>${credits.expectedUse === null ? 'not known' : rangeWords(credits.expectedUse, figure)}</dd>
<dt>Takes</dt><dd>${time.takesMs === null ? 'not known' : rangeWords(time.takesMs, roughly)}</dd>
<dt>Latest safe start</dt><dd>${latest === null ? 'none is needed' : prose(latest, zone)}</dd>
</dl>`
}
