import { ITEM_END_STATES, type Item, type ItemState } from '../../domain/call/item.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure } from '../../domain/words/figure.ts'
import { OUTCOME_WORDS } from '../../domain/words/words.ts'
import { type Html, html } from '../../report/html.ts'
import type { ItemQuery, ItemsView } from '../ports.ts'
import { instant } from './instants.ts'
import { type Frame, layout, runPath } from './layout.ts'

export const STATES: readonly ItemState[] = ['pending', ...ITEM_END_STATES]

export function itemsPage(view: ItemsView, query: ItemQuery, frame: Frame): Html {
  const { summary, prunedAt } = view.run
  const path = runPath(frame, summary.runId)
  const body = html`<p class="crumbs"><a href="${frame.base}/runs">Runs</a> / <a href="${path}">Run ${summary.runId}</a></p>
<h1>Items</h1>
${searchForm(`${path}/items`, query)}
${prunedAt === null ? '' : html`<p>Its items were deleted ${instant(prunedAt, frame.zone)}, as <code>keepItems</code> says.</p>`}
${memoryOf(view, query, frame)}
${table(view.items)}
${lookedTo(view)}
${pages(`${path}/items`, view, query)}`
  return layout({ title: `Items of ${summary.runId}`, at: 'runs', body }, frame)
}

function searchForm(action: string, { key, prefix, state }: ItemQuery): Html {
  const options = STATES.map(
    (each) => html`<option value="${each}"${each === state ? html` selected` : ''}>${OUTCOME_WORDS[each]}</option>`,
  )
  return html`<form class="search" action="${action}" role="search">
<label>Key <input name="key" value="${key ?? ''}" autocomplete="off" spellcheck="false" maxlength="500"></label>
<label>Match <select name="match"><option value="exact">is exactly that</option><option value="prefix"${prefix ? html` selected` : ''}>begins with it</option></select></label>
<label>Outcome <select name="state"><option value="">any</option>${options}</select></label>
<button>Search</button></form>`
}

function memoryOf({ memory }: ItemsView, { key }: ItemQuery, { zone }: Frame): Html {
  if (memory === null || key === null) return html``
  const paid = memory.paidAt === null ? 'never paid for' : html`paid for last ${instant(memory.paidAt, zone)}`
  const rests = memory.coolDownUntil === null ? '' : html`; on cool-down until ${instant(memory.coolDownUntil, zone)}`
  return html`<p class="card">Whatever the run: this record was tried last ${instant(memory.triedAt, zone)} (${OUTCOME_WORDS[memory.outcome as ItemState] ?? escapedText(memory.outcome)}), ${paid}${rests}.</p>`
}

function table(items: readonly Item[]): Html {
  if (items.length === 0) return html`<p class="muted">No items.</p>`
  return html`<div class="scroll" role="region" aria-label="Items" tabindex="0"><table>
<thead><tr><th scope="col" class="number">Place</th><th scope="col">Key</th><th scope="col">Outcome</th><th scope="col" class="number">Retries</th><th scope="col">Why</th><th scope="col">Refreshed before</th></tr></thead>
<tbody>${items.map(row)}</tbody></table></div>`
}

/** Keys and reasons are hostile input: they come from the user's table and from the vendor. */
function row({ seq, key, state, attempts, reason, selectedAt }: Item): Html {
  const tone = state === 'refreshed' ? 'good' : state === 'failed' || state === 'unknown' ? 'look' : 'plain'
  return html`<tr><td class="number">${figure(seq)}</td><th scope="row" class="key"><bdi>${escapedText(key)}</bdi></th><td><span class="badge ${tone}">${OUTCOME_WORDS[state]}</span></td>
<td class="number">${attempts}</td><td class="why"><bdi>${reason === null ? '' : escapedText(reason)}</bdi></td><td>${selectedAt === null ? 'never' : escapedText(selectedAt)}</td></tr>`
}

function lookedTo({ lookedTo, run }: ItemsView): Html {
  if (lookedTo === null) return html``
  return html`<p>Looked at the items up to ${figure(lookedTo)} of ${figure(run.summary.records.selected)}; the next page looks on from there.</p>`
}

function pages(path: string, { next }: ItemsView, query: ItemQuery): Html {
  const href = (after: number) => {
    const parts = new URLSearchParams()
    if (query.key !== null) parts.set('key', query.key)
    if (query.prefix) parts.set('match', 'prefix')
    if (query.state !== null) parts.set('state', query.state)
    if (after > 0) parts.set('after', String(after))
    return `${path}?${parts}`
  }
  return html`<nav class="pages" aria-label="Pages">${query.after > 0 ? html`<a class="button" href="${href(0)}">First items</a>` : ''}${next === null ? '' : html`<a class="button" rel="next" href="${href(next)}">Next items</a>`}</nav>`
}
