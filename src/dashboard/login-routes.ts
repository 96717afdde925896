import type { Context, Hono } from 'hono'
import { deleteCookie } from 'hono/cookie'
import { type AccessParts, addressOf, cookieName, type Env, giveCookie } from './access.ts'
import { loginPage } from './login-page.ts'
import { isSameText } from './same-text.ts'

export interface LoginParts {
  readonly access: AccessParts
  readonly version: string
  /** A wrong token was shown, from that address. */
  readonly refused: (from: string) => void
}

/** Signing in and out; where nobody is asked, there is nothing to sign in to. */
export function loginRoutes(app: Hono<Env>, { access, version, refused }: LoginParts): void {
  const { token, sessions, attempts } = access
  const page = (c: Context<Env>, why: string | null, next: string) =>
    loginPage(why, next, { version, formToken: sessions.formToken(c.get('session')) })
  app.get('/login', (c) => {
    const next = ownPath(c.req.query('next'))
    return token === null || c.get('session').signedIn ? c.redirect(next, 303) : c.html(page(c, null, next))
  })
  app.post('/login', async (c) => {
    const { token: given, name, next: asked } = await c.req.parseBody()
    const next = ownPath(asked)
    // Whoever has it comes in: others, behind the same proxy, must not be able to keep its owner out.
    if (token !== null && typeof given === 'string' && isSameText(given.trim(), token)) {
      // A new session: one that somebody may have seen before must not become one that is signed in.
      giveCookie(c, access, sessions.begin({ signedIn: true, name: ownName(name) }))
      return c.redirect(next, 303)
    }
    const from = addressOf(c)
    const wait = attempts.waitMs(from)
    if (wait > 0) {
      c.header('retry-after', String(Math.ceil(wait / 1_000)))
      return c.html(page(c, `Too many wrong tokens: try again in ${Math.ceil(wait / 60_000)} min.`, next), 429)
    }
    attempts.failed(from)
    refused(from)
    return c.html(page(c, 'That is not the token.', next), 401)
  })
  app.post('/logout', (c) => {
    sessions.end(c.get('session'))
    deleteCookie(c, cookieName(c), { path: '/' })
    return c.redirect('/login', 303)
  })
}

/** A path of ours, and never another site's: "//evil.example" and "/\evil.example" are none. */
function ownPath(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.startsWith('/login') ? next : '/'
}

function ownName(name: unknown): string {
  return typeof name === 'string'
    ? name
        .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
        .trim()
        .slice(0, 40)
    : ''
}
