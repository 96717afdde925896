import { LOSS_WORDS } from '../../domain/judgement/judgement-words.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { weekdayTime } from '../../domain/time/zoned-time.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure, wholeFigure } from '../../domain/words/figure.ts'
import { rangeWords } from '../../domain/words/words.ts'
import { type Html, html } from '../../report/html.ts'
import type { AccountForecast } from '../../schedule/plan.ts'
import type { AccountView, JobView } from '../ports.ts'
import { prose } from './instants.ts'
import type { Frame } from './layout.ts'

type Plan = AccountForecast['plans'][number]

/** The scheduled jobs on one time line, from now to the reset: when each starts, how long it takes, its latest safe start. */
export function upcomingJobs(view: AccountView, frame: Frame): Html {
  const { jobs, forecast, at, cycle } = view
  const scheduled = jobs.filter(({ decision }) => decision !== null)
  const plans = forecast.kind === 'made' ? forecast.forecast.plans : []
  const rows = scheduled.map((job) =>
    jobRow(
      job,
      plans.find((plan) => plan.job === job.job),
      view,
      frame,
    ),
  )
  const body =
    scheduled.length === 0
      ? html`<p>No job has a schedule: runs are started by hand.</p>`
      : html`<ul class="jobs">${rows}</ul>
<p class="ends"><span>now</span><span>reset ${weekdayTime(cycle.endAt, frame.zone, at)}</span></p>
<ul class="legend">${key('work', 'at work, by past runs')}${key('latest', 'latest safe start')}</ul>`
  return html`<section class="card" aria-labelledby="next"><h2 id="next">Upcoming jobs</h2>${body}${forecastNote(view, frame)}</section>`
}

function key(name: string, words: string): Html {
  return html`<li><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="${name}" width="${name === 'latest' ? 3 : 12}" height="12"/></svg>${words}</li>`
}

function jobRow(job: JobView, plan: Plan | undefined, view: AccountView, { zone }: Frame): Html {
  const { open, schedulerIsAlive, at } = view
  const { decision, chosen } = job
  if (decision === null) return html``
  const isHere = open?.atWork != null && open.summary.job === job.job
  const waits = decision.kind === 'wait'
  const latest = plan?.time.latestSafeStart ?? null
  const late = latest === null ? '' : `latest safe start ${weekdayTime(Date.parse(latest), zone, at)}`
  const first = chosen && !waits && schedulerIsAlive ? html` <span class="badge live">first</span>` : ''
  const busy = waits && decision.because === 'busy' && open?.atWork != null
  const when = isHere ? 'is running' : busy ? 'waits until the run has ended' : whenOf(job, view, zone)
  return html`<li><div class="row"><strong>${escapedText(job.job)}</strong> <span>${when}</span>${first}<span class="late">${late}</span></div>
${track(job.job, plan, view, late)}
<p class="note">${plan === undefined ? '' : html`${planWords(plan)} `}${busy ? '' : prose(`${decision.why.replace(/^./, (first) => first.toUpperCase())}.`, zone)}</p></li>`
}

function whenOf({ decision }: JobView, { schedulerIsAlive, at }: AccountView, zone: string): string {
  if (decision === null) return ''
  if (decision.kind === 'wait') {
    if (decision.because === 'done') return 'is done'
    const what = decision.because === 'not-due' ? 'starts' : 'waits until'
    return decision.until === null ? 'waits' : `${what} ${weekdayTime(decision.until, zone, at)}`
  }
  if (!schedulerIsAlive) return 'is due, and no scheduler is there to start it'
  return decision.kind === 'start' ? 'starts now' : 'goes on now'
}

/** From now, at the left, to the reset. */
function track(job: string, plan: Plan | undefined, { open, at, cycle }: AccountView, words: string): Html {
  const place = (instant: number) => Math.min(1_000, Math.max(0, (1_000 * (instant - at)) / (cycle.endAt - at)))
  const time = (text: string | null | undefined) => (text == null ? null : Date.parse(text))
  const isHere = open?.atWork != null && open.summary.job === job
  const [startsAt, latest] = [isHere ? at : time(plan?.time.startsAt), isHere ? null : time(plan?.time.latestSafeStart)]
  const endsAt = isHere ? open.finishAt : startsAt === null ? null : startsAt + (plan?.time.takesMs?.typical ?? 0)
  const work = startsAt === null ? null : [place(startsAt), place(Math.max(startsAt, endsAt ?? startsAt))]
  const bar =
    work === null
      ? ''
      : html`<rect class="work" x="${Math.min(992, work[0] ?? 0).toFixed(1)}" width="${Math.max(8, (work[1] ?? 0) - (work[0] ?? 0)).toFixed(1)}" height="16"/>`
  const mark =
    latest === null
      ? ''
      : html`<rect class="latest" x="${Math.min(997, place(latest)).toFixed(1)}" width="3" height="16"/>`
  return html`<svg class="bar track" viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" aria-label="${escapedText(job)}: ${words === '' ? 'its latest safe start is not known' : words}">${bar}${mark}</svg>`
}

/** "takes 7 min; will use 21,108 credits of 29,788 eligible records (212 on cool-down)". */
function planWords({ records, credits, time }: Plan): string {
  const takes = time.takesMs === null ? '' : `Takes ${rangeWords(time.takesMs, roughly)}. `
  const uses =
    credits.expectedUse === null ? '' : `Expected use ${rangeWords(credits.expectedUse, wholeFigure)} credits. `
  const apart = [
    records.shared > 0 ? `${figure(records.shared)} share a call` : '',
    records.coolingDown > 0 ? `${figure(records.coolingDown)} more on cool-down` : '',
  ].filter((words) => words !== '')
  return `${takes}${uses}${figure(records.eligible)} eligible records${apart.length === 0 ? '' : ` (${apart.join(', ')})`}.`
}

/**
 * Why there is no forecast; or what would help where several causes leave credits unused: the sentence above has the
 * first. While a run is at work, what it leaves is judged by its own pace.
 */
function forecastNote({ forecast: view, open }: AccountView, { zone }: Frame): Html {
  if (view.kind === 'counting')
    return html`<p class="note">The eligible records are being counted. Look again in a moment.</p>`
  if (view.kind === 'none')
    return view.why === 'no job has a schedule'
      ? html``
      : html`<p class="note">There is no forecast: ${prose(view.why, zone)}.</p>`
  const because = open?.atWork != null ? [] : (view.forecast.unused?.because ?? [])
  if (because.length < 2) return html``
  const causes = because.map(
    ({ cause, credits, change }) =>
      html`<li>${wholeFigure(credits)} credits: ${LOSS_WORDS[cause]}. What would help: ${prose(change, zone)}.</li>`,
  )
  return html`<ul>${causes}</ul>`
}
