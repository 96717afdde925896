import type { UnknownCall } from '../../domain/call/unknown-call.ts'
import type { ControlAction } from '../../domain/run/control-action.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure } from '../../domain/words/figure.ts'
import { counted } from '../../domain/words/words.ts'
import { type Html, html } from '../../report/html.ts'
import type { RunView } from '../ports.ts'
import { prose } from './instants.ts'
import { type Frame, layout } from './layout.ts'

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
  const path = `/runs/${encodeURIComponent(summary.runId)}`
  const asked = html`<p>Run <strong>${summary.runId}</strong> of ${escapedText(summary.job)}: ${figure(summary.records.refreshed)} of ${figure(summary.records.selected)} records refreshed, ${counted(summary.credits.spent, 'credit')} spent.</p><p>${prose(means, frame.zone)}</p>`
  return confirmPage({ question, asked, label, action: `${path}/${what}`, back: path, danger: what === 'stop' }, frame)
}

export function confirmSettlePage(call: UnknownCall, as: 'charged' | 'free', frame: Frame): Html {
  const holds = counted(call.holds, 'credit')
  const question = as === 'charged' ? `Was call ${call.id} charged?` : `Did call ${call.id} cost nothing?`
  const means =
    as === 'charged'
      ? `The ${holds} that it holds are booked as spent.`
      : `The ${holds} that it holds may be spent again. If the vendor did charge them, a run may take the account below its reserve.`
  const asked = html`<p>${means} Its records stand as they are. This cannot be taken back, and your name is kept with it.</p>`
  const label = as === 'charged' ? 'It was charged' : 'It cost nothing'
  const hidden = { call: call.id, as }
  return confirmPage(
    { question, asked, label, action: '/unknown/settle', back: '/unknown', danger: true, hidden },
    frame,
  )
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
