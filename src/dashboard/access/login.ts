import type { Context, Hono } from 'hono'
import { deleteCookie } from 'hono/cookie'
import { type Html, html } from '../../report/html.ts'
import { bareLayout, type Frame } from '../pages/layout.ts'
import { type AccessParts, addressOf, cookieName, type Env, giveCookie, TOO_MANY } from './access.ts'
import { isSameText } from './sessions.ts'

/** Signing in and out, with the token or with the key that `spenddown dashboard` printed. */
export function loginRoutes(app: Hono<Env>, access: AccessParts): void {
  const { token, key, sessions, attempts, version, log } = access
  const secret = token ?? key
  const page = (c: Context<Env>, why: string | null, next: string) =>
    loginPage(why, next, { version, formToken: sessions.formToken(c.get('session')), asks: token !== null })
  const signIn = (c: Context<Env>, given: unknown, name: unknown, next: string) => {
    if (secret !== null && typeof given === 'string' && isSameText(given.trim(), secret)) {
      // A new session: somebody may have seen the cookie of the old one.
      giveCookie(c, access, sessions.begin({ signedIn: true, name: ownName(name) }))
      return c.redirect(next, 303)
    }
    const from = addressOf(c)
    const wait = attempts.waitMs(from)
    if (wait > 0) {
      c.header('retry-after', String(Math.ceil(wait / 1_000)))
      return c.html(page(c, TOO_MANY, next), 429)
    }
    attempts.failed(from)
    log.warn({ from }, 'a wrong token was shown to the dashboard')
    return c.html(page(c, token === null ? 'That is not the key.' : 'That is not the token.', next), 401)
  }
  app.get('/login', (c) => {
    const next = ownPath(c.req.query('next'))
    const given = token === null ? c.req.query('key') : undefined
    if (secret === null || c.get('session').signedIn) return c.redirect(next, 303)
    return given === undefined ? c.html(page(c, null, next)) : signIn(c, given, '', next)
  })
  app.post('/login', async (c) => {
    const { token: given, name, next } = await c.req.parseBody()
    return signIn(c, given, name, ownPath(next))
  })
  app.post('/logout', (c) => {
    sessions.end(c.get('session'))
    deleteCookie(c, cookieName(c), { path: '/' })
    return c.redirect('/login', 303)
  })
}

/** A path of ours: "//evil.example" and "/\evil.example" lead to another site. */
function ownPath(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.startsWith('/login') ? next : '/'
}

function ownName(name: unknown): string {
  const visible = typeof name === 'string' ? name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '') : ''
  return visible.trim().slice(0, 40)
}

/** `refused`: why the last attempt was; `next`: where to go after signing in. */
function loginPage(
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
