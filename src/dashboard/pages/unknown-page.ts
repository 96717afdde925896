import { type DecidedCall, settlingWords, type UnknownCall, type UnknownCalls } from '../../domain/call/unknown-call.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure } from '../../domain/words/figure.ts'
import { counted } from '../../domain/words/words.ts'
import { type Html, html } from '../../report/html.ts'
import { instant, prose } from './instants.ts'
import { type Frame, layout } from './layout.ts'

const MOST_CALLS = 100
const MOST_RECORDS = 10

export function unknownPage({ busy, holds, calls, decisions }: UnknownCalls, frame: Frame): Html {
  const more = calls.length - MOST_CALLS
  const body = html`<h1>Unknown calls</h1>
<p>${calls.length === 0 ? 'None.' : `${counted(calls.length, 'call')}, holding ${counted(holds, 'credit')} until settled.`}</p>
${busy === null ? '' : html`<p class="muted">${escapedText(busy)} is spending from the account: its calls in flight are not listed, and nothing can be settled by hand until it has ended or is stopped.</p>`}
${calls.slice(0, MOST_CALLS).map((call) => callCard(call, busy === null, frame))}
${more > 0 ? html`<p>And ${figure(more)} more: <code>spenddown unknown</code> has all.</p>` : ''}
${decided(decisions, frame)}`
  return layout({ title: 'Unknown calls', at: 'unknown', body }, frame)
}

/** `free`: nobody is spending from the account, so that the call can be settled. */
function callCard(call: UnknownCall, free: boolean, { zone }: Frame): Html {
  const { id, records, status, reason, vendorJob, idempotencyKey } = call
  const why = [status === null ? null : `HTTP ${status}`, reason].filter((part) => part !== null).join(': ')
  const names = [vendorJob === null ? null : `job ${vendorJob}`, idempotencyKey].filter((part) => part !== null)
  const holds = html`holds <strong>${figure(call.holds)}</strong> · ${call.state === 'open' ? 'opened' : 'sent'} ${instant(call.sentAt, zone)}`
  return html`<section class="card call" aria-label="Call ${id}"><div class="row"><h2>Call ${id}</h2><span>${holds}</span>${call.decidable && free ? choices(id) : ''}</div>
<details><summary>${why === '' ? 'What is known of it' : escapedText(why)}</summary><dl class="pairs">
<dt>Run</dt><dd><a href="/runs/${encodeURIComponent(call.runId)}">${call.runId}</a> (${escapedText(call.job)}, ${call.runStatus})</dd>
<dt>Records</dt><dd class="key">${recordList(records)}</dd>
${names.length === 0 ? '' : html`<dt>At the vendor</dt><dd class="key">${escapedText(names.join(', '))}</dd>`}
<dt>Settles automatically</dt><dd>${prose(settlingWords(call), zone)}</dd>
</dl></details></section>`
}

function recordList(records: readonly string[]): Html {
  const shown = records
    .slice(0, MOST_RECORDS)
    .map((key, at) => html`${at > 0 ? ', ' : ''}<bdi>${escapedText(key)}</bdi>`)
  return html`${shown}${records.length > MOST_RECORDS ? ` and ${figure(records.length - MOST_RECORDS)} more` : ''}`
}

function choices(id: string): Html {
  const href = (as: string) => `/unknown/settle?${new URLSearchParams({ call: id, as })}`
  return html`<span class="actions"><a class="button" href="${href('charged')}">It was charged</a><a class="button" href="${href('free')}">It cost nothing</a></span>`
}

function decided(decisions: readonly DecidedCall[], { zone }: Frame): Html {
  if (decisions.length === 0) return html``
  const rows = decisions.map(
    ({ id, as, cost, by, at }) =>
      html`<tr><th scope="row">${id}</th><td>${as}</td><td class="number">${figure(cost)}</td><td>${escapedText(by)}</td><td>${instant(at, zone)}</td></tr>`,
  )
  return html`<section aria-labelledby="decided"><h2 id="decided">Settled by hand</h2><div class="scroll" role="region" aria-label="Settled by hand" tabindex="0"><table><thead><tr><th scope="col">Call</th><th scope="col">As</th><th scope="col" class="number">Credits</th><th scope="col">By</th><th scope="col">When</th></tr></thead><tbody>${rows}</tbody></table></div></section>`
}
