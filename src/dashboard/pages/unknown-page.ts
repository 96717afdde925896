import { type DecidedCall, settlingWords, type UnknownCall, type UnknownCalls } from '../../domain/call/unknown-call.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure } from '../../domain/words/figure.ts'
import { counted } from '../../domain/words/words.ts'
import { type Html, html } from '../../report/html.ts'
import { instant, prose, shortInstant } from './instants.ts'
import { type Frame, layout, runPath } from './layout.ts'

const MOST_CALLS = 100
const MOST_RECORDS = 10

export function unknownPage({ busy, holds, calls, decisions }: UnknownCalls, frame: Frame): Html {
  const body = html`<h1>Unknown calls</h1>
<p>${calls.length === 0 ? 'None.' : `${counted(calls.length, 'call')}, holding ${counted(holds, 'credit')} until settled.`}</p>
${busy === null ? '' : html`<p class="muted">${escapedText(busy)} is spending from the account: its calls in flight are not listed, and nothing can be settled by hand until it has ended or is stopped.</p>`}
${calls.length === 0 ? '' : callTable(calls, { holds, isFree: busy === null, frame })}
${decided(decisions, frame)}`
  return layout({ title: 'Unknown calls', at: 'unknown', body }, frame)
}

interface Shown {
  readonly holds: number
  /** Nobody is spending from the account, so that calls can be settled. */
  readonly isFree: boolean
  readonly frame: Frame
}

function callTable(calls: readonly UnknownCall[], shown: Shown): Html {
  const more = calls.length - MOST_CALLS
  const all = shown.isFree && calls.some(({ decidable }) => decidable)
  return html`<div class="scroll" role="region" aria-label="Unknown calls" tabindex="0"><table class="stacked">
<thead><tr><th scope="col">Call</th><th scope="col">Sent</th><th scope="col" class="number">Records</th><th scope="col" class="number">Holds</th><th scope="col">Mark as</th></tr></thead>
<tbody>${calls.slice(0, MOST_CALLS).map((call) => callRow(call, shown))}
${more > 0 ? html`<tr><th scope="row" colspan="5">And ${figure(more)} more: <code>spenddown unknown --json</code> has all.</th></tr>` : ''}</tbody>
<tfoot><tr><th scope="row">Total: ${counted(calls.length, 'call')}</th><td></td><td></td><td class="number">${figure(shown.holds)}<span class="unit"> credits</span></td><td>${all ? html`<a class="button" href="${settleHref(shown.frame, 'all', 'charged')}">Mark all as charged</a>` : ''}</td></tr></tfoot></table></div>`
}

function callRow(call: UnknownCall, { isFree, frame }: Shown): Html {
  const { id, records, status, reason, vendorJob, idempotencyKey } = call
  const { zone } = frame
  const why = [status === null ? null : `HTTP ${status}`, reason].filter((part) => part !== null).join(': ')
  const names = [vendorJob === null ? null : `job ${vendorJob}`, idempotencyKey].filter((part) => part !== null)
  return html`<tr><th scope="row"><a href="${runPath(frame, call.runId)}">${id}</a> <small>${escapedText(call.job)}, ${call.runStatus}</small>
<details><summary>${why === '' ? 'What is known of it' : escapedText(why)}</summary><dl class="pairs"><dt>Records</dt><dd class="key">${recordList(records)}</dd>
${names.length === 0 ? '' : html`<dt>At the vendor</dt><dd class="key">${escapedText(names.join(', '))}</dd>`}
<dt>Settles automatically</dt><dd>${prose(settlingWords(call), zone)}</dd></dl></details></th>
<td>${call.state === 'open' ? 'opened ' : ''}${shortInstant(call.sentAt, zone)}</td><td class="number">${figure(records.length)}<span class="unit"> ${records.length === 1 ? 'record' : 'records'}</span></td><td class="number">${figure(call.holds)}<span class="unit"> held</span></td><td>${call.decidable && isFree ? choices(frame, id) : ''}</td></tr>`
}

function recordList(records: readonly string[]): Html {
  const shown = records
    .slice(0, MOST_RECORDS)
    .map((key, at) => html`${at > 0 ? ', ' : ''}<bdi>${escapedText(key)}</bdi>`)
  return html`${shown}${records.length > MOST_RECORDS ? ` and ${figure(records.length - MOST_RECORDS)} more` : ''}`
}

function choices(frame: Frame, id: string): Html {
  return html`<span class="actions"><a class="button" href="${settleHref(frame, id, 'charged')}">charged</a><a class="button" href="${settleHref(frame, id, 'free')}">free</a></span>`
}

function settleHref({ base }: Frame, call: string, as: string): string {
  return `${base}/unknown/settle?${new URLSearchParams({ call, as })}`
}

function decided(decisions: readonly DecidedCall[], { zone }: Frame): Html {
  if (decisions.length === 0) return html``
  const rows = decisions.map(
    ({ id, as, cost, by, at }) =>
      html`<tr><th scope="row">${id}</th><td>${as}</td><td class="number">${figure(cost)}</td><td>${escapedText(by)}</td><td>${instant(at, zone)}</td></tr>`,
  )
  return html`<section aria-labelledby="decided"><h2 id="decided">Settled by hand</h2><div class="scroll" role="region" aria-label="Settled by hand" tabindex="0"><table><thead><tr><th scope="col">Call</th><th scope="col">As</th><th scope="col" class="number">Credits</th><th scope="col">By</th><th scope="col">When</th></tr></thead><tbody>${rows}</tbody></table></div></section>`
}
