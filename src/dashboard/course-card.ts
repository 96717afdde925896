import { html } from 'hono/html'
import { toDecimal } from '../domain/credits.ts'
import { escapedText } from '../domain/escaped-text.ts'
import { figure } from '../domain/figure.ts'
import { latencyPercentiles, type RunSnapshot } from '../domain/run-snapshot.ts'
import type { Frame } from './frame.ts'
import type { Html } from './html.ts'
import { instant, shortInstant } from './instants.ts'
import type { RunView } from './ports.ts'
import { reasonsOf, sampled, triedOf } from './series.ts'

const CHARTS = [
  ['left', 'Credits left of the budget, against an even use until it must stop'],
  ['rates', 'Records a second, by outcome'],
  ['pace', 'Pace: calls at once and calls a second; lines where its reason changed'],
  ['latency', 'Latency of calls, ms'],
] as const

/** Whether there is something to draw, or will be. */
export function hasCourse({ status }: RunView['summary'], { length }: readonly RunSnapshot[]): boolean {
  return length > 1 || status === 'running'
}

const MOST_ROWS = 12
const MOST_REASONS = 8

/** How the run went: as charts, and in figures for whoever does not see them or has no script. */
export function courseCard({ summary }: RunView, snapshots: readonly RunSnapshot[], frame: Frame): Html {
  if (!hasCourse(summary, snapshots)) return html``
  const series = `/runs/${encodeURIComponent(summary.runId)}/series.json`
  const charts = CHARTS.map(
    ([name, caption]) =>
      html`<figure class="chart"><figcaption>${caption}</figcaption><div data-chart="${name}" role="img" aria-label="${caption}; the figures are in the table below"></div></figure>`,
  )
  return html`<section class="card" aria-labelledby="course"><h2 id="course">How it went</h2>
<div class="charts" data-series="${series}" data-zone="${frame.zone}">${charts}</div>
${reasonsList(snapshots, frame)}
<details><summary>The same in figures</summary>${table(snapshots, frame)}</details></section>`
}

function reasonsList(snapshots: readonly RunSnapshot[], { zone }: Frame): Html {
  const reasons = reasonsOf(snapshots)
  if (reasons.length === 0) return html``
  const lines = reasons
    .slice(-MOST_REASONS)
    .toReversed()
    .map(({ at, reason }) => html`<li>${instant(at * 1_000, zone)}: ${escapedText(reason)}</li>`)
  const more = reasons.length > MOST_REASONS ? `, the latest ${MOST_REASONS} of ${figure(reasons.length)}` : ''
  return html`<details><summary>Why the pace changed${more}</summary><ul>${lines}</ul></details>`
}

function table(snapshots: readonly RunSnapshot[], { zone }: Frame): Html {
  const rows = sampled(snapshots, MOST_ROWS).map(({ at, items, spent, calls, pace, latencies }) => {
    const { p50, p99 } = latencyPercentiles(latencies)
    return html`<tr><th scope="row">${shortInstant(at, zone)}</th><td class="number">${figure(triedOf(items))}</td><td class="number">${figure(items.refreshed)}</td>
<td class="number">${figure(toDecimal(spent))}</td><td class="number">${figure(calls.sent)}</td><td class="number">${pace === null ? '–' : figure(pace.concurrency)}</td><td class="number">${p50 === null ? '–' : figure(p50)}</td><td class="number">${p99 === null ? '–' : figure(p99)}</td></tr>`
  })
  const head = ['Done', 'Refreshed', 'Credits', 'Calls', 'At once', 'p50 ms', 'p99 ms']
  return html`<div class="scroll" role="region" aria-label="How it went, in figures" tabindex="0"><table><thead><tr><th scope="col">When</th>${head.map((label) => html`<th scope="col" class="number">${label}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`
}
