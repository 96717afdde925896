import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { isForwarded, isOurName } from '../../domain/values/hosts.ts'
import type { Shown } from '../ports.ts'
import type { Attempts } from './attempts.ts'
import { isSameText, type Session, type Sessions } from './sessions.ts'

/**
 * Anyone on this machine may look, or, if there is a token, whoever shows it. Only whoever has signed in may change
 * something.
 */
export interface AccessParts {
  /** Null: only this machine reaches the dashboard, and anyone may look. */
  readonly token: string | null
  /** The secret to sign in with where there is no token; null: nobody can sign in. */
  readonly key: string | null
  readonly sessions: Sessions
  readonly attempts: Attempts
  /** Of the assets. */
  readonly version: string
  readonly log: Pick<Log, 'warn'>
  /** `waitMs`: how long to wait before the next try. */
  readonly refuse: (c: Context, status: 400 | 401 | 403 | 413 | 421 | 429, line: string, waitMs?: number) => Answer
}

export type Log = Record<'info' | 'warn' | 'error', (fields: Record<string, unknown>, message: string) => void>
export type Answer = Response | Promise<Response>

export interface Env {
  /** `shown`: set on the pages of an account. */
  Variables: { session: Session; bearer: boolean; shown: Shown }
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

/** Cookies are shared by all ports of a machine: each dashboard needs a name of its own. */
export function cookieName(c: Context<Env>): string {
  return `spenddown_${portOf(c)}`
}

export function giveCookie(c: Context<Env>, { sessions }: AccessParts, session: Session): void {
  const secure = isOverTls(c)
  setCookie(c, cookieName(c), sessions.write(session), { httpOnly: true, sameSite: 'Strict', path: '/', secure })
}

/** Lets through whoever may look, with a session. */
export function guard(parts: AccessParts): MiddlewareHandler<Env> {
  const { token, sessions, refuse } = parts
  return async (c, next) => {
    const port = portOf(c)
    if (token === null && !isOurName(c.req.header('host'), port))
      return refuse(c, 421, `This dashboard answers to localhost:${port} and 127.0.0.1:${port} alone.`)
    if (token === null && isForwarded(c.req.header(), c.env.incoming.httpVersion)) return refuse(c, 403, FORWARDED)
    if (isForeignEmbed(c)) return refuse(c, 403, 'Another site asked for this.')
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

/** Null: the request carries the right token itself, as scripts do. */
async function orBearer(c: Context<Env>, { token, attempts, log, refuse }: AccessParts): Promise<Response | null> {
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
  const waitMs = attempts.waitMs(from)
  if (waitMs > 0) return refuse(c, 429, TOO_MANY, waitMs)
  attempts.failed(from)
  log.warn({ from }, 'a wrong token was shown to the dashboard')
  return refuse(c, 401, 'That is not the token.')
}

/**
 * Lets a form through only if it comes from a page of ours, shown in the same session, which has signed in. A bearer
 * token may only read: scripts have the command line for the rest.
 */
export function ownForms({ token, key, sessions, refuse }: AccessParts): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (c.req.method !== 'POST') return next()
    if (!isOurForm(c) || c.get('bearer')) return refuse(c, 403, 'Only a form of this dashboard may do that.')
    const fields = await fieldsOf(c)
    if (fields === null) return refuse(c, 400, 'That is no form.')
    const { form } = fields
    if (typeof form !== 'string' || !isSameText(form, sessions.formToken(c.get('session'))))
      return refuse(c, 403, 'That form is of another session. Go back, load the page again, and repeat it.')
    if (token === null && key === null) return refuse(c, 403, NO_KEY)
    if (!c.get('session').signedIn && c.req.path !== '/login')
      return refuse(c, 403, 'Only who has signed in may do that: load the page again.')
    return next()
  }
}

/** Null: it is not a form, or contains NUL, which PostgreSQL cannot store. */
async function fieldsOf(c: Context): Promise<Record<string, unknown> | null> {
  try {
    const fields = await c.req.parseBody()
    return Object.values(fields).some((value) => typeof value === 'string' && value.includes('\0')) ? null : fields
  } catch {
    return null
  }
}

/** Whether a person is to see the answer, and not a script of the page. */
function isPage(c: Context): boolean {
  return c.req.header('accept')?.includes('text/html') === true
}

export function addressOf(c: Context<Env>): string {
  return c.env.incoming.socket.remoteAddress ?? 'unknown'
}

function portOf(c: Context<Env>): number {
  return c.env.incoming.socket.localPort ?? 80
}

export function pathOf(c: Context): string {
  const { pathname, search } = new URL(c.req.url)
  return pathname + search
}

/**
 * Whether a form was sent by a page of ours. Browsers say where a request comes from, and no page can make them say
 * otherwise (https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site).
 */
function isOurForm(c: Context): boolean {
  const [site, origin] = [c.req.header('sec-fetch-site'), c.req.header('origin')]
  if (site !== undefined && site !== 'same-origin') return false
  if (origin === undefined) return site === 'same-origin'
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host')?.toLowerCase()
}

/** Whether the browser speaks TLS to a proxy in front of us: the proxy says so, or the form's origin. */
function isOverTls(c: Context): boolean {
  const proto = c.req.header('x-forwarded-proto') ?? /\bproto="?(\w+)/i.exec(c.req.header('forwarded') ?? '')?.[1] ?? ''
  return /^\s*https\b/i.test(proto) || c.req.header('origin')?.startsWith('https:') === true
}

/** Whether another site's page asks for this as an image, a script or a frame. */
function isForeignEmbed(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  return (site === 'cross-site' || site === 'same-site') && c.req.header('sec-fetch-mode') !== 'navigate'
}
