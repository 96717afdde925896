import type { DecidedCall, UnknownCall } from '../../domain/call/unknown-call.ts'
import type { ControlAction } from '../../domain/run/control-action.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure } from '../../domain/words/figure.ts'
import { counted } from '../../domain/words/words.ts'
import { type Html, html } from '../../report/html.ts'
import type { RunView } from '../ports.ts'
import { prose } from './instants.ts'
import { type Frame, layout, runPath } from './layout.ts'

const CONTROLS: Readonly<Record<ControlAction, readonly [question: string, means: string, label: string]>> = {
  pause: [
    'Pause this run?',
    'It makes no new calls until it is told to continue; calls in flight are waited for. The account stays this run’s.',
    'Pause the run',
  ],
  continue: [
    'Continue this run?',
    'A pause or a stop is taken back. If the run is not running, the schedule or `spenddown resume` goes on with it.',
    'Continue the run',
  ],
  stop: [
    'Stop this run?',
    'It ends early, once calls in flight have come back. Nothing that was paid for is lost. The schedule leaves it alone until it is told to continue.',
    'Stop the run',
  ],
}

export function confirmControlPage(what: ControlAction, { summary }: RunView, frame: Frame): Html {
  const [question, means, label] = CONTROLS[what]
  const path = runPath(frame, summary.runId)
  const asked = html`<p>Run <strong>${summary.runId}</strong> of ${escapedText(summary.job)}: ${figure(summary.records.refreshed)} of ${figure(summary.records.selected)} records refreshed, ${counted(summary.credits.spent, 'credit')} spent.</p><p>${prose(means, frame.zone)}</p>`
  return confirmPage({ question, asked, label, action: `${path}/${what}`, back: path, danger: what === 'stop' }, frame)
}

/** What a form says to settle: `call` is one id, or `all`, which are then those that `of` is the fingerprint of. */
export interface SettleForm {
  readonly call: string
  readonly as: DecidedCall['as']
  readonly of: string
}

/** `calls`: those that the form means. */
export function confirmSettlePage(calls: readonly UnknownCall[], form: SettleForm, frame: Frame): Html {
  const isCharged = form.as === 'charged'
  const holds = counted(
    calls.reduce((sum, call) => sum + call.holds, 0),
    'credit',
  )
  const one = isCharged ? `Was call ${form.call} charged?` : `Did call ${form.call} cost nothing?`
  const question = form.call === 'all' ? `Mark ${counted(calls.length, 'call')} as charged?` : one
  const means = isCharged
    ? `The ${holds} held are booked as spent.`
    : `The ${holds} held may be spent again. If the vendor did charge them, a run may take the account below its reserve.`
  const asked = html`<p>${means} The records stand as they are. This cannot be taken back, and your name is kept with it.</p>`
  const label = form.call === 'all' ? 'Mark all as charged' : isCharged ? 'It was charged' : 'It cost nothing'
  const where = { action: `${frame.base}/unknown/settle`, back: `${frame.base}/unknown`, danger: true }
  return confirmPage({ question, asked, label, ...where, hidden: { ...form } }, frame)
}

interface Question {
  readonly question: string
  readonly asked: Html
  readonly label: string
  readonly action: string
  readonly back: string
  readonly danger: boolean
  readonly hidden?: Readonly<Record<string, string>>
}

function confirmPage({ question, asked, label, action, back, danger, hidden = {} }: Question, frame: Frame): Html {
  const fields = Object.entries({ form: frame.formToken, ...hidden }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  const away = html`<a class="button" href="${back}">Back</a>`
  const form = frame.signedIn
    ? html`<form method="post" action="${action}" class="actions">${fields}<button class="button ${danger ? 'danger' : 'primary'}">${label}</button>${away}</form>`
    : html`<p>${frame.mayAct ? 'Who does it has to sign in first.' : html`Without a token this dashboard only shows. Set <code>service.token</code> in the config.`}</p>
<p class="actions">${frame.mayAct ? html`<a class="button primary" href="/login?${String(new URLSearchParams({ next: frame.path }))}">Sign in</a>` : ''}${away}</p>`
  const body = html`<section class="card narrow"><h1>${question}</h1>${asked}
${form}</section>`
  return layout({ title: question, body }, frame)
}
