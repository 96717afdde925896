import { html } from 'hono/html'
import { escapedText } from '../domain/escaped-text.ts'
import type { Html } from './html.ts'
import { bareLayout } from './layout.ts'

/** What went wrong, and what to do; it tells nothing of the account, so that anyone may see it. */
export function troublePage(title: string, lines: readonly string[], version: string): Html {
  const body = html`<section class="card narrow"><h1>${title}</h1>${lines.map((line) => html`<p>${escapedText(line.replace(/\s+/g, ' '))}</p>`)}
<p class="actions"><a class="button" href="/">To the account</a></p></section>`
  return bareLayout({ title, body }, version)
}
