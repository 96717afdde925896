import { mendWords } from '../../domain/judgement/judgement-words.ts'
import { hasEnded, type RunSummary, whyInWords } from '../../domain/run/run.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { weekdayTime } from '../../domain/time/zoned-time.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure } from '../../domain/words/figure.ts'
import { type Html, html } from '../../report/html.ts'
import type { RunsView, RunView } from '../ports.ts'
import { instant, prose, shortInstant } from './instants.ts'
import { type Frame, layout, runPath } from './layout.ts'
import { type FieldName, type RunFields, runFields } from './run-fields.ts'

/** A value that the event stream keeps up to date. */
export function live(fields: RunFields, name: FieldName): Html {
  return html`<span data-live="${name}">${fields.text[name]}</span>`
}

/** "running", "paused", "stopped by a person", "stopped: it was interrupted". */
export function badge({ status, stopReason, controlRequest }: RunSummary): Html {
  if (status === 'running') {
    if (controlRequest === null) return html`<span class="badge live">running</span>`
    return html`<span class="badge look">${controlRequest.what === 'pause' ? 'paused' : 'stopping'}</span>`
  }
  if (status === 'stopped' && controlRequest?.what === 'stop')
    return html`<span class="badge look">stopped by a person</span>`
  const tone = { completed: 'good', stopped: 'look', failed: 'act' }[status]
  const why = stopReason === null ? '' : `: ${whyInWords(status, stopReason)}`
  return html`<span class="badge ${tone}">${status}${why}</span>`
}

/** The page's only bar. */
export function progress(fields: RunFields, label: string): Html {
  return html`<progress max="1000" value="${fields.done}" data-live-done aria-label="${label}"></progress>`
}

export function openRunCard(view: RunView, frame: Frame): Html {
  const { summary } = view
  const fields = runFields(view, frame)
  return html`<section class="card" aria-labelledby="open-run">
<div class="row"><h2 id="open-run"><a href="${runPath(frame, summary.runId)}">Run ${escapedText(summary.job)}</a></h2>${badge(summary)}</div>
<p class="muted">began ${instant(summary.startedAt, frame.zone)} · ${summary.runId}</p>
${progress(fields, `Run ${summary.runId}: how much is done`)}
<dl class="figures">
<div><dt>Done</dt><dd>${live(fields, 'done')}</dd></div>
<div><dt>Refreshed</dt><dd>${live(fields, 'refreshed')} <small>of ${figure(summary.records.selected)}</small></dd></div>
<div><dt>Credits spent</dt><dd>${live(fields, 'spent')} <small>of ${figure(summary.credits.budget)}</small></dd></div>
<div><dt>Records a second, last minute</dt><dd>${live(fields, 'rate')}</dd></div>
</dl>
${runNow(view, fields, frame)}
${mayWait(view, frame)}
</section>`
}

/** What a person may ask of a run; the button of a page that asks first. */
export function controls({ status, controlRequest }: RunSummary, path: string): readonly Html[] {
  const link = (what: string, label: string, kind = '') =>
    html`<a class="button ${kind}" href="${path}/${what}">${label}</a>`
  return [
    ...(status === 'running' && controlRequest?.what !== 'pause' ? [link('pause', 'Pause')] : []),
    ...(hasEnded({ status }) || controlRequest === null ? [] : [link('continue', 'Continue', 'primary')]),
    ...(status === 'running' && controlRequest?.what !== 'stop' ? [link('stop', 'Stop', 'danger')] : []),
  ]
}

/** What a pause or a stop costs: how long the run may wait and still be in time. */
function mayWait({ summary, atWork, finishAt, stopAt }: RunView, frame: Frame): Html {
  const buttons = controls(summary, runPath(frame, summary.runId))
  if (atWork === null || summary.controlRequest !== null) return html`<p class="actions">${buttons}</p>`
  const { zone, now } = frame
  const spare = finishAt === null ? null : stopAt - finishAt
  const words =
    spare === null
      ? 'While it waits, nothing is spent.'
      : spare > 0
        ? `It may wait until ${weekdayTime(now + spare, zone, now)}; after that, credits expire.`
        : 'It has no time to spare: each minute of waiting loses credits.'
  return html`<p class="actions">${buttons}<span class="muted">${words}</span></p>`
}

/** Empty for a run that a person holds back: what it would do is not at hand. */
export function runNow({ summary, stopAt }: RunView, fields: RunFields, { zone }: Frame, kind = ''): Html {
  if (summary.controlRequest !== null) return html``
  return html`<dl class="${kind} pairs">
<dt>Ends</dt><dd>${live(fields, 'ends')}</dd>
<dt>Sends nothing after</dt><dd>${instant(stopAt, zone)}</dd>
<dt>Pace</dt><dd>${live(fields, 'pace')}</dd>
</dl>`
}

/** `before`: null where the page begins with the latest run. */
export function runsPage({ runs, next }: RunsView, before: number | null, frame: Frame): Html {
  const older =
    next === null ? '' : html`<a class="button" rel="next" href="${frame.base}/runs?before=${next}">Older runs</a>`
  const latest = before === null ? '' : html`<a class="button" href="${frame.base}/runs">Latest runs</a>`
  const body = html`<h1>Runs</h1>
${runsTable(runs, frame)}
<nav class="pages" aria-label="Pages">${latest}${older}</nav>`
  return layout({ title: 'Runs', at: 'runs', body }, frame)
}

export function runsTable(runs: readonly RunSummary[], frame: Frame): Html {
  if (runs.length === 0) return html`<p class="muted">No runs.</p>`
  return html`<div class="scroll" role="region" aria-label="Runs" tabindex="0"><table class="stacked">
<thead><tr><th scope="col">Run</th><th scope="col">State</th><th scope="col" class="number">Credits</th><th scope="col" class="number">Records</th><th scope="col" class="number">Took</th></tr></thead>
<tbody>${runs.map((run) => row(run, frame))}</tbody></table></div>`
}

/** "month-end · 28 Nov 2026, 12:27"; one that failed opens to its cause. */
function row(run: RunSummary, frame: Frame): Html {
  const { runId, job, status, records, credits, startedAt, elapsedMs, detail } = run
  const { zone } = frame
  // Why a run has completed stands on its own page.
  const state = status === 'completed' ? html`<span class="badge good">completed</span>` : badge(run)
  const cause =
    status === 'failed' && detail !== null
      ? html`<details><summary>Why</summary><p>${prose(detail, zone)}</p><p>${prose(mendWords(`spenddown run ${job}`), zone)}</p></details>`
      : ''
  return html`<tr><th scope="row"><a href="${runPath(frame, runId)}">${escapedText(job)} · ${shortInstant(startedAt, zone)}</a>${cause}</th><td>${state}</td>
<td class="number">${figure(credits.spent)}<span class="unit"> credits</span></td><td class="number">${figure(records.refreshed)} <small>of ${figure(records.selected)}</small><span class="unit"> records</span></td><td class="number">${roughly(elapsedMs)}</td></tr>`
}
