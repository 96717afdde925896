import { html } from 'hono/html'
import { escapedText } from '../domain/escaped-text.ts'
import { figure } from '../domain/figure.ts'
import { roughly } from '../domain/roughly.ts'
import type { RunSummary } from '../domain/run.ts'
import type { Frame } from './frame.ts'
import type { Html } from './html.ts'
import { shortInstant } from './instants.ts'
import { layout } from './layout.ts'
import type { RunsView } from './ports.ts'
import { shortBadge } from './run-card.ts'

/** All runs, a page at a time; `before`: the page does not begin with the latest. */
export function runsPage({ runs, next }: RunsView, before: number | null, frame: Frame): Html {
  const older = next === null ? '' : html`<a class="button" rel="next" href="/runs?before=${next}">Older runs</a>`
  const latest = before === null ? '' : html`<a class="button" href="/runs">Latest runs</a>`
  const body = html`<h1>Runs</h1>
${runsTable(runs, frame)}
<nav class="pages" aria-label="Pages">${latest}${older}</nav>`
  return layout({ title: 'Runs', at: 'runs', body }, frame)
}

export function runsTable(runs: readonly RunSummary[], frame: Frame): Html {
  if (runs.length === 0) return html`<p class="muted">No runs.</p>`
  return html`<div class="scroll" role="region" aria-label="Runs" tabindex="0"><table class="runs">
<thead><tr><th scope="col">Run</th><th scope="col">Job</th><th scope="col">State</th><th scope="col" class="number">Refreshed</th><th scope="col" class="number">of</th><th scope="col" class="number">Credits</th><th scope="col">Began</th><th scope="col" class="number">Took</th></tr></thead>
<tbody>${runs.map((run) => row(run, frame))}</tbody></table></div>`
}

function row(run: RunSummary, { zone }: Frame): Html {
  const { runId, job, records, credits, startedAt, elapsedMs } = run
  return html`<tr><th scope="row"><a href="/runs/${encodeURIComponent(runId)}">${runId}</a></th><td>${escapedText(job)}</td><td>${shortBadge(run)}</td>
<td class="number">${figure(records.refreshed)}</td><td class="number">${figure(records.selected)}</td><td class="number">${figure(credits.spent)}</td>
<td>${shortInstant(startedAt, zone)}</td><td class="number">${roughly(elapsedMs)}</td></tr>`
}
