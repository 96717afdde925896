import { html } from 'hono/html'
import { escapedText } from '../domain/escaped-text.ts'
import { figure } from '../domain/figure.ts'
import type { RunSummary } from '../domain/run.ts'
import type { Frame } from './frame.ts'
import type { Html } from './html.ts'
import { instant } from './instants.ts'
import type { RunView } from './ports.ts'
import { type FieldName, type RunFields, runFields, stateTone, stateWords } from './run-fields.ts'

/** A value that the event stream keeps up to date. */
export function live(fields: RunFields, name: FieldName): Html {
  return html`<span data-live="${name}">${fields.text[name]}</span>`
}

export function badge(summary: RunSummary): Html {
  return html`<span class="badge ${stateTone(summary)}">${stateWords(summary)}</span>`
}

/** In a table of runs: why one has completed stands on its own page. */
export function shortBadge(summary: RunSummary): Html {
  return summary.status === 'completed' ? html`<span class="badge good">completed</span>` : badge(summary)
}

/** How far the run is, for eyes and for screen readers; it is the page's only bar. */
export function progress(fields: RunFields, label: string): Html {
  return html`<progress max="1000" value="${fields.done}" data-live-done aria-label="${label}"></progress>`
}

/** The run under way, on the account's page. */
export function openRunCard(view: RunView, frame: Frame): Html {
  const { summary, stopAt } = view
  const fields = runFields(view, frame.now, frame.zone)
  return html`<section class="card" aria-labelledby="open-run">
<div class="row"><h2 id="open-run"><a href="/runs/${encodeURIComponent(summary.runId)}">Run ${summary.runId}</a></h2>${badge(summary)}</div>
<p class="muted">${escapedText(summary.job)} · began ${instant(summary.startedAt, frame.zone)}</p>
${progress(fields, `Run ${summary.runId}: how much is done`)}
<dl class="figures">
<div><dt>Done</dt><dd>${live(fields, 'done')}</dd></div>
<div><dt>Refreshed</dt><dd>${live(fields, 'refreshed')} <small>of ${figure(summary.records.selected)}</small></dd></div>
<div><dt>Credits spent</dt><dd>${live(fields, 'spent')} <small>of ${figure(summary.credits.budget)}</small></dd></div>
<div><dt>Records a second</dt><dd>${live(fields, 'rate')}</dd></div>
</dl>
<dl class="pairs">
<dt>Ends</dt><dd>${live(fields, 'ends')}</dd>
<dt>Sends nothing after</dt><dd>${instant(stopAt, frame.zone)}</dd>
<dt>Pace</dt><dd>${live(fields, 'pace')}</dd>
</dl>
</section>`
}
