import type { AccountRow } from '../../domain/account/account-row.ts'
import { VERDICT_WORDS } from '../../domain/judgement/judgement-words.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure, wholeFigure } from '../../domain/words/figure.ts'
import { type Html, html } from '../../report/html.ts'
import { prose, shortInstant } from './instants.ts'
import { type Frame, layout } from './layout.ts'

export interface AccountsQuery {
  /** A part of the name, whatever its case; '': any. */
  readonly search: string
  /** Null: any. */
  readonly state: string | null
  /** From 0. */
  readonly page: number
}

const ROWS = 100

/** What the paths of an account's own pages begin with. */
export function accountPath(account: string): string {
  return `/accounts/${encodeURIComponent(account)}`
}

/** `rows`: all accounts, those that would lose most first. */
export function accountsPage(rows: readonly AccountRow[], query: AccountsQuery, frame: Frame): Html {
  const found = rows.filter((row) => isMeant(row, query))
  const shown = found.slice(query.page * ROWS, (query.page + 1) * ROWS)
  const body = html`<h1>Accounts</h1>
${sums(rows)}
${searchForm(rows, query)}
${shown.length === 0 ? html`<p class="muted">No accounts.</p>` : table(shown, frame)}
${pages(found.length, query)}`
  return layout({ title: 'Accounts', at: 'accounts', body, tone: toneOf(rows) }, frame)
}

function isMeant({ account, state }: AccountRow, query: AccountsQuery): boolean {
  const isNamed = account.toLowerCase().includes(query.search.toLowerCase())
  return isNamed && (query.state === null || query.state === state)
}

function sums(rows: readonly AccountRow[]): Html {
  const losing = rows.filter(({ atStake }) => (atStake ?? 0) > 0)
  const credits = losing.reduce((sum, { atStake }) => sum + (atStake ?? 0), 0)
  const loss =
    losing.length === 0
      ? 'none is known to lose credits'
      : `${figure(losing.length)} will lose ${wholeFigure(credits)} credits`
  return html`<p class="card">${figure(rows.length)} accounts; ${loss}.</p>`
}

function statesOf(rows: readonly AccountRow[]): [state: string, count: number][] {
  const counts = new Map<string, number>()
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1)
  return [...counts].toSorted(([, a], [, b]) => b - a)
}

function searchForm(rows: readonly AccountRow[], { search, state }: AccountsQuery): Html {
  const options = statesOf(rows).map(
    ([each, count]) =>
      html`<option value="${each}"${each === state ? html` selected` : ''}>${each} (${figure(count)})</option>`,
  )
  return html`<form class="search" action="/" role="search">
<label>Name <input name="q" value="${search}" autocomplete="off" spellcheck="false" maxlength="100"></label>
<label>State <select name="state"><option value="">any</option>${options}</select></label>
<button>Search</button></form>`
}

function table(rows: readonly AccountRow[], frame: Frame): Html {
  return html`<div class="scroll" role="region" aria-label="Accounts" tabindex="0"><table>
<thead><tr><th scope="col">Account</th><th scope="col">State</th><th scope="col" class="number">At stake</th><th scope="col" class="number">Spendable</th><th scope="col" class="number">Balance</th><th scope="col">Reset</th><th scope="col">Next start</th><th scope="col">Why, and what to do</th></tr></thead>
<tbody>${rows.map((row) => line(row, frame))}</tbody></table></div>`
}

const TONES: Readonly<Record<string, string>> = {
  'on-track': 'good',
  'at-risk': 'look',
  losing: 'act',
  'action-required': 'act',
}

/** Names, reasons and keys are hostile input: they come from the user's tenants and from vendors. */
function line(row: AccountRow, { zone }: Frame): Html {
  const tone = row.state === 'wrong' || row.state === 'failing' ? 'look' : (TONES[row.verdict] ?? 'plain')
  const verdict = row.verdict === 'unknown' ? '' : VERDICT_WORDS[row.verdict]
  const when = (at: string | null) => (at === null ? '' : shortInstant(at, zone))
  const name = html`<bdi>${escapedText(row.account)}</bdi>`
  // Of an account that is wrong there is nothing more to show.
  const link = row.state === 'wrong' ? name : html`<a href="${accountPath(row.account)}/">${name}</a>`
  return html`<tr><th scope="row" class="key">${link}</th><td><span class="badge ${tone}" title="${verdict}">${row.state}</span></td>
<td class="number">${credits(row.atStake)}</td><td class="number">${credits(row.spendable)}</td><td class="number">${credits(row.balance)}</td>
<td>${when(row.resetAt)}</td><td>${when(row.nextStart)}</td><td class="why"><bdi>${prose(row.todo ?? row.why, zone)}</bdi></td></tr>`
}

function credits(amount: number | null): string {
  return amount === null ? '' : wholeFigure(amount)
}

function pages(found: number, { search, state, page }: AccountsQuery): Html {
  const href = (to: number) => {
    const parts = new URLSearchParams()
    if (search !== '') parts.set('q', search)
    if (state !== null) parts.set('state', state)
    if (to > 0) parts.set('page', String(to))
    return `/?${parts}`
  }
  const last = Math.max(0, Math.ceil(found / ROWS) - 1)
  const at = `${figure(Math.min(found, page * ROWS + 1))} to ${figure(Math.min(found, (page + 1) * ROWS))} of ${figure(found)}`
  return html`<nav class="pages" aria-label="Pages">${page > 0 ? html`<a class="button" rel="prev" href="${href(Math.min(page - 1, last))}">Before</a>` : ''}<span>${at}</span>${page < last ? html`<a class="button" rel="next" href="${href(page + 1)}">Next</a>` : ''}</nav>`
}

function toneOf(rows: readonly AccountRow[]): string {
  return rows.some(({ verdict }) => TONES[verdict] === 'act') ? 'act' : 'good'
}
