import { html } from 'hono/html'
import type { RunSnapshot } from '../domain/run-snapshot.ts'
import { courseCharts } from '../report/charts/course-charts.ts'
import { courseOf } from '../report/course.ts'
import type { Frame } from './frame.ts'
import type { Html } from './html.ts'
import type { RunView } from './ports.ts'

/** How the run went: as charts and in figures, brought up to date while it goes on. */
export function courseCard(view: RunView, snapshots: readonly RunSnapshot[], frame: Frame): Html {
  const { runId, status } = view.summary
  const shown = coursePart(view, snapshots, frame)
  if (shown === null && status !== 'running') return html``
  return html`<section class="card" aria-labelledby="course"><h2 id="course">How it went</h2>
<div class="course" data-renewed-from="/runs/${encodeURIComponent(runId)}/course">${shown}</div></section>`
}

/** Null: there is nothing to be seen yet. */
export function coursePart(
  { summary, stopAt }: RunView,
  snapshots: readonly RunSnapshot[],
  { zone }: Pick<Frame, 'zone'>,
): Html | null {
  const [first, last] = [snapshots[0], snapshots.at(-1)]
  if (first === undefined || last === undefined) return null
  // The line of an even use until the run must stop, as far as the run has come.
  const share = stopAt > first.at ? Math.min(1, (last.at - first.at) / (stopAt - first.at)) : 1
  const ideal = { budget: summary.credits.budget * share, until: Math.min(last.at, Math.max(first.at, stopAt)) }
  return courseCharts({ run: summary, cycle: { timeZone: zone }, ...courseOf(snapshots, ideal) })
}
