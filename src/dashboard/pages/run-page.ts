import { ITEM_END_STATES } from '../../domain/call/item.ts'
import { mendWords } from '../../domain/judgement/judgement-words.ts'
import { controlRequestWords, hasEnded, type RunSummary, whyInWords } from '../../domain/run/run.ts'
import type { RunSnapshot } from '../../domain/run/run-snapshot.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { zonedTime } from '../../domain/time/zoned-time.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure } from '../../domain/words/figure.ts'
import { driftWords, OUTCOME_WORDS } from '../../domain/words/words.ts'
import { courseCharts } from '../../report/charts/course-charts.ts'
import { courseOf } from '../../report/course.ts'
import { type Html, html } from '../../report/html.ts'
import { htmlTable } from '../../report/page/html-table.ts'
import { changesTables } from '../../report/tables/records-tables.ts'
import type { RunView } from '../ports.ts'
import { instant, prose } from './instants.ts'
import { type Frame, layout, runPath } from './layout.ts'
import { badge, controls, live, progress, runNow } from './run-card.ts'
import { type FieldName, type RunFields, runFields } from './run-fields.ts'

export function runPage(view: RunView, course: readonly RunSnapshot[], frame: Frame): Html {
  const { summary, resetAt } = view
  const { runId } = summary
  const fields = runFields(view, frame)
  const path = runPath(frame, runId)
  const title = html`${escapedText(summary.job)} · ${zonedTime(Date.parse(summary.startedAt), frame.zone)}`
  const body = html`<p class="crumbs"><a href="${frame.base}/runs">Runs</a></p>
<div class="row"><h1>${title}</h1>${badge(summary)}</div>
<p class="muted">Run ${runId} on ${escapedText(view.table)}${view.atWork === null ? '' : html` · in ${escapedText(view.atWork)}`}${summary.endedAt === null ? '' : html` · ended ${instant(summary.endedAt, frame.zone)}`}</p>
${lead(view, frame)}
${progress(fields, 'How much of the run is done')}
<p id="live-note" class="note" role="status"></p>
${actions(view, path)}
${hasEnded(summary) ? '' : runNow(view, fields, frame, 'card')}
<div class="columns">
${recordsCard(summary, fields, path)}
${creditsCard(summary, fields)}
${callsCard(fields)}
</div>
${changesCard(summary)}
${courseCard(view, course, frame)}
<section class="card" aria-labelledby="asked"><h2 id="asked">What it was asked for</h2>
<p class="muted">Frozen when it began. The billing cycle ends ${instant(resetAt, frame.zone)}.</p>
<details><summary>As JSON</summary><pre tabindex="0" role="region" aria-label="What it was asked for, as JSON">${lines(view.spec)}</pre></details></section>`
  const events = hasEnded(summary) ? undefined : { from: `${path}/events`, state: fields.state }
  return layout({ title: `Run ${runId}`, at: 'runs', body, events, charts: true }, frame)
}

/** What a person should know first: of a run that is not well the cause, how to mend it, and the command. */
function lead(view: RunView, { zone, now }: Frame): Html {
  const { summary, health, atWork } = view
  const { status, stopReason, detail, controlRequest, runId, job } = summary
  const card = (tone: string, title: string, why: string | null, todo: string | null) =>
    html`<section class="verdict ${tone}" aria-label="How it stands"><p class="title">${title}</p>${why === null ? '' : html`<p>${prose(why, zone)}</p>`}${todo === null ? '' : html`<p class="todo">${prose(todo, zone)}</p>`}</section>`
  if (status === 'failed') return card('act', 'Failed: it needs a person', detail, mendWords(`spenddown run ${job}`))
  if (controlRequest !== null) {
    const words = controlRequestWords({ ...controlRequest, at: Date.parse(controlRequest.at) })
    const todo =
      controlRequest.what === 'pause' && atWork !== null ? null : `\`spenddown resume ${runId}\` goes on with it`
    return card('look', controlRequest.what === 'pause' ? 'Paused' : 'Stopped by a person', `It was ${words}.`, todo)
  }
  if (status === 'stopped')
    return card(
      'look',
      `Not running: ${whyInWords(status, stopReason ?? 'interrupted')}`,
      detail,
      `\`spenddown resume ${runId}\` goes on with it`,
    )
  if (health.kind === 'failing') {
    const why = `No call has succeeded for ${roughly(now - health.since)}: ${summary.pace?.reason ?? 'the vendor does not answer'}.`
    return card('look', 'Vendor down; retrying', why, null)
  }
  return detail === null ? html`` : html`<p>${prose(detail, zone)}</p>`
}

/** Links to what may be done with the run; each leads to a page that asks for confirmation. */
function actions({ summary }: RunView, path: string): Html {
  return html`<p class="actions">${controls(summary, path)}<a class="button" href="${path}/items">Items</a><a class="button" href="${path}/report" download>Report</a></p>`
}

type Row = readonly [label: string, value: Html | string]

function card(id: string, title: string, rows: readonly Row[]): Html {
  const pairs = rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2><dl class="pairs">${pairs}</dl></section>`
}

function recordsCard({ records }: RunSummary, fields: RunFields, path: string): Html {
  const link = (state: string, name: FieldName) =>
    html`<a href="${path}/items?state=${state}">${live(fields, name)}</a>`
  return card('records', 'Records', [
    ['Selected', figure(records.selected)],
    ...ITEM_END_STATES.map(
      (state): Row => [OUTCOME_WORDS[state].replace(/^./, (first) => first.toUpperCase()), link(state, state)],
    ),
    ['Left', link('pending', 'remaining')],
    ...(records.shared > 0 ? [['Share the call of another', figure(records.shared)] as const] : []),
    ...(records.coolingDown > 0 ? [['On cool-down, left out', figure(records.coolingDown)] as const] : []),
  ])
}

function creditsCard({ credits }: RunSummary, fields: RunFields): Html {
  return card('credits', 'Credits', [
    ['Budget', figure(credits.budget)],
    ['Spent', live(fields, 'spent')],
    ['Held by unknown calls', live(fields, 'held')],
    ['Left of the budget', live(fields, 'left')],
    ['Reserve', figure(credits.reserve)],
    ['Balance of the account', live(fields, 'balance')],
    ...(credits.saved > 0 ? [['Saved by shared and unchanged records', figure(credits.saved)] as const] : []),
    ...(credits.drift === 0 ? [] : [['Drift', driftWords(credits.drift)] as const]),
  ])
}

function callsCard(fields: RunFields): Html {
  return card('calls', 'Calls and time', [
    ['Sent', live(fields, 'calls')],
    ['Throttled', live(fields, 'throttled')],
    ['Failed', live(fields, 'callsFailed')],
    ['Unknown', live(fields, 'callsUnknown')],
    ['Worked for', live(fields, 'active')],
    ['Records a second', live(fields, 'rate')],
  ])
}

function changesCard(run: RunSummary): Html {
  const tables = changesTables({ run }).map(htmlTable)
  if (tables.length === 0) return html``
  return html`<section class="card" aria-labelledby="changes"><h2 id="changes">What it has changed</h2><div class="course">${tables}</div></section>`
}

function lines(spec: unknown): string {
  return JSON.stringify(spec, null, 1).split('\n').map(escapedText).join('\n')
}

/** Renewed by the page while the run is running. */
function courseCard(view: RunView, snapshots: readonly RunSnapshot[], frame: Frame): Html {
  const { runId, status } = view.summary
  const shown = coursePart(view, snapshots, frame)
  if (shown === null && status !== 'running') return html``
  return html`<section class="card" aria-labelledby="course"><h2 id="course">How it went</h2>
<div class="course" data-renewed-from="${runPath(frame, runId)}/course">${shown}</div></section>`
}

/** Charts and tables of how the run went; null: there is nothing to show yet. */
export function coursePart(
  { summary, stopAt }: RunView,
  snapshots: readonly RunSnapshot[],
  { zone }: Pick<Frame, 'zone'>,
): Html | null {
  const [first, last] = [snapshots[0], snapshots.at(-1)]
  if (first === undefined || last === undefined) return null
  // An even use until the run must stop, drawn as far as the run has come.
  const share = stopAt > first.at ? Math.min(1, (last.at - first.at) / (stopAt - first.at)) : 1
  const ideal = { budget: summary.credits.budget * share, until: Math.min(last.at, Math.max(first.at, stopAt)) }
  return courseCharts({ run: summary, cycle: { timeZone: zone }, ...courseOf(snapshots, ideal) })
}
