import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { isForwarded, isOurName } from '../../domain/values/hosts.ts'
import type { Attempts } from './attempts.ts'
import { isForeignEmbed, isOurForm, isOverTls } from './origins.ts'
import { isSameText, type Session, type Sessions } from './sessions.ts'

/** Who may look: anyone on this machine, or whoever shows the token. Only who has signed in may do something. */
export interface AccessParts {
  /** Null: only this machine reaches it, and whoever looks is not asked. */
  readonly token: string | null
  /** What one signs in with where there is no token; null: nobody can, and nothing can be done. */
  readonly key: string | null
  readonly sessions: Sessions
  readonly attempts: Attempts
  /** How a request is refused; `wait`: try again after so many seconds. */
  readonly refuse: (
    c: Context,
    status: 400 | 401 | 403 | 413 | 421 | 429,
    line: string,
    wait?: number,
  ) => Response | Promise<Response>
}

export interface Env {
  Variables: { session: Session; bearer: boolean }
  /** What the server has of a request. */
  Bindings: {
    incoming: {
      readonly httpVersion?: string
      readonly socket: { readonly localPort?: number; readonly remoteAddress?: string }
    }
  }
}

const FORWARDED =
  'A proxy has passed this on, and without a token this dashboard answers to this machine alone. Set `service.token` in the config.'
const NO_KEY = 'Without a token this dashboard only shows. Set `service.token` in the config.'
export const TOO_MANY = 'That is not the token. There were too many wrong ones: more are no longer written to the log.'
const PUBLIC = /^\/(login|assets\/[\w.-]+)$/

/** Cookies know no ports: those of two dashboards on one machine must not be of the same name. */
export function cookieName(c: Context<Env>): string {
  return `spenddown_${portOf(c)}`
}

export function giveCookie(c: Context<Env>, { sessions }: AccessParts, session: Session): void {
  const secure = isOverTls((name) => c.req.header(name))
  setCookie(c, cookieName(c), sessions.write(session), { httpOnly: true, sameSite: 'Strict', path: '/', secure })
}

/** Lets a request through to its page, with its session. */
export function guard(parts: AccessParts): MiddlewareHandler<Env> {
  const { token, sessions, refuse } = parts
  return async (c, next) => {
    const said = (name: string) => c.req.header(name)
    const port = portOf(c)
    if (token === null && !isOurName(said('host'), port))
      return refuse(c, 421, `This dashboard answers to localhost:${port} and 127.0.0.1:${port} alone.`)
    if (token === null && isForwarded(c.req.header(), c.env.incoming.httpVersion)) return refuse(c, 403, FORWARDED)
    if (isForeignEmbed({ site: said('sec-fetch-site'), mode: said('sec-fetch-mode') }))
      return refuse(c, 403, 'Another site asked for this.')
    if (c.req.url.includes('%00')) return refuse(c, 400, 'Nothing here is named with NUL.')
    const session = sessions.read(getCookie(c, cookieName(c)))
    c.set('bearer', false)
    if (token !== null && session?.signedIn !== true && !PUBLIC.test(c.req.path)) {
      const refused = await orBearer(c, parts)
      if (refused !== null) return refused
    }
    const own = session ?? sessions.begin({ signedIn: false })
    c.set('session', own)
    await next()
    const given = c.res.headers.has('set-cookie')
    if (session === null && !given && !c.get('bearer') && isPage(c)) giveCookie(c, parts, own)
  }
}

/** Null: the request carries the token itself, as scripts do. */
async function orBearer(c: Context<Env>, { token, attempts, refuse }: AccessParts): Promise<Response | null> {
  const given = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (given === undefined) {
    if (c.req.method !== 'GET' || !isPage(c))
      return refuse(c, 401, 'This dashboard asks for its token: `Authorization: Bearer …`, or sign in.')
    return c.redirect(`/login?${new URLSearchParams({ next: pathOf(c) })}`, 303)
  }
  if (token !== null && isSameText(given, token)) {
    c.set('bearer', true)
    return null
  }
  const from = addressOf(c)
  const wait = attempts.waitMs(from)
  if (wait > 0) return refuse(c, 429, TOO_MANY, Math.ceil(wait / 1_000))
  attempts.failed(from)
  return refuse(c, 401, 'That is not the token.')
}

/**
 * Only a form of ours, sent by whoever has signed in, from a page that the same session was shown, changes anything. A
 * bearer token reads alone: scripts have the command line for the rest.
 */
export function ownForms({ token, key, sessions, refuse }: AccessParts): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (c.req.method !== 'POST') return next()
    const said = (name: string) => c.req.header(name)
    const ours = isOurForm({ site: said('sec-fetch-site'), origin: said('origin'), host: said('host') })
    if (!ours || c.get('bearer')) return refuse(c, 403, 'Only a form of this dashboard may do that.')
    const fields = await fieldsOf(c)
    if (fields === null) return refuse(c, 400, 'That is no form.')
    const { form } = fields
    if (typeof form !== 'string' || !sessions.isFormToken(c.get('session'), form))
      return refuse(c, 403, 'That form is of another session. Go back, load the page again, and repeat it.')
    if (token === null && key === null) return refuse(c, 403, NO_KEY)
    if (!c.get('session').signedIn && c.req.path !== '/login')
      return refuse(c, 403, 'Only who has signed in may do that: load the page again.')
    return next()
  }
}

/** Null: what was sent is none, or holds NUL, which PostgreSQL holds in no text. */
async function fieldsOf(c: Context): Promise<Record<string, unknown> | null> {
  try {
    const fields = await c.req.parseBody()
    return Object.values(fields).some((value) => typeof value === 'string' && value.includes('\0')) ? null : fields
  } catch {
    return null
  }
}

/** What a person is shown, as against what a page fetches. */
function isPage(c: Context): boolean {
  return c.req.header('accept')?.includes('text/html') === true
}

export function addressOf(c: Context<Env>): string {
  return c.env.incoming.socket.remoteAddress ?? 'unknown'
}

/** Where the request has arrived. */
function portOf(c: Context<Env>): number {
  return c.env.incoming.socket.localPort ?? 80
}

export function pathOf(c: Context): string {
  const { pathname, search } = new URL(c.req.url)
  return pathname + search
}
