import { html } from 'hono/html'
import type { Frame } from './frame.ts'
import type { Html } from './html.ts'
import { bareLayout } from './layout.ts'

/** `refused`: why the last attempt was; `next`: where to go then. */
export function loginPage(
  refused: string | null,
  next: string,
  frame: Pick<Frame, 'version' | 'formToken'> & { readonly asks: boolean },
): Html {
  const error = refused === null ? '' : html`<p class="error" role="alert" id="refused">${refused}</p>`
  const body = html`<section class="card narrow"><h1>Sign in</h1>
<p>${frame.asks ? html`This dashboard asks for its token: <code>service.token</code> in the config.` : html`Without a token everybody on this machine may look. To do something, open the address that <code>spenddown dashboard</code> printed when it started; the key is its end.`}</p>
${error}
<form method="post" action="/login" class="stack">
<input type="hidden" name="form" value="${frame.formToken}"><input type="hidden" name="next" value="${next}">
<label>Your name <span class="note">(kept with what you decide)</span> <input name="name" autocomplete="username" maxlength="40"></label>
<label>${frame.asks ? 'Token' : 'Key'} <input name="token" type="password" autocomplete="current-password" required${refused === null ? '' : html` aria-invalid="true" aria-describedby="refused"`}></label>
<button class="button primary">Sign in</button></form></section>`
  return bareLayout({ title: 'Sign in', body }, frame.version)
}
