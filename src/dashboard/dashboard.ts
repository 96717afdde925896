import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type AccessParts, type Answer, type Env, guard, type Log, ownForms, pathOf } from './access/access.ts'
import { Attempts } from './access/attempts.ts'
import { loginRoutes } from './access/login.ts'
import { Sessions } from './access/sessions.ts'
import { assetRoutes, readAssets } from './assets.ts'
import type { Frame } from './pages/layout.ts'
import { troubleOf, troublePage } from './pages/trouble.ts'
import type { DashboardData, Shown } from './ports.ts'
import { pageRoutes } from './routes.ts'
import { type Rhythm, Watchers } from './watchers.ts'

/** What every dashboard needs. */
export interface ShellParts extends Pick<AccessParts, 'token' | 'key'> {
  /** Whose it is, as its head says. */
  readonly vendor: string
  /** The billing cycle's time zone (IANA). */
  readonly zone: string
  readonly now: () => number
  /** Random bytes, as node:crypto makes them. */
  readonly random: (bytes: number) => Buffer
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string
  readonly log: Log
}

/** What a dashboard needs on whose pages a person can act. */
export interface ActingParts extends ShellParts {
  /** The machine that it runs on, for the books. */
  readonly host: string
  readonly rhythm?: Rhythm
}

export interface DashboardParts extends ActingParts {
  readonly data: DashboardData
}

const RHYTHM: Rhythm = { everyMs: 1_000, heartbeatMs: 15_000 }
/** Pages that are watched at once; fewer than the server accepts connections. */
const MOST_VIEWERS = 40
const LARGEST_FORM = 16_384

/** Nothing from another host, nothing inline and no frames. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Under 'no-referrer' browsers would say that forms come from "null".
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
}

const secureHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
}

/** The pages of one account, and who may see them. It listens nowhere by itself. */
export function dashboard(parts: DashboardParts) {
  const { data, log, now, vendor, zone } = parts
  const shown: Shown = { data, vendor, zone, base: '', again: async () => shown }
  const watchers = watchersOf(parts)
  const app = guardedApp(parts, (app, { frame, refuse }) => {
    app.use(async (c, next) => {
      c.set('shown', shown)
      await next()
    })
    pageRoutes(app, { watchers, log, now, frame, by: byOf(parts), refuse })
  })
  return { app, watchers, close: () => watchers.close() }
}

export function watchersOf({ rhythm = RHYTHM }: ActingParts): Watchers {
  return new Watchers(rhythm, MOST_VIEWERS)
}

interface Shell {
  readonly frame: (c: Context<Env>) => Frame
  readonly refuse: AccessParts['refuse']
}

/** Pages behind what every dashboard has: who may look, what browsers may load, how to sign in, what went wrong. */
export function guardedApp(parts: ShellParts, addPages: (app: Hono<Env>, shell: Shell) => void): Hono<Env> {
  const assets = readAssets()
  const { version } = assets
  const access = accessOf(parts, version)
  const app = new Hono<Env>({ strict: false })
  app.use(secureHeaders)
  app.use(guard(access))
  app.post(
    '*',
    bodyLimit({
      maxSize: LARGEST_FORM,
      onError: (c) => access.refuse(c, 413, 'That is more than a form of this dashboard holds.'),
    }),
  )
  app.use(ownForms(access))
  assetRoutes(app, assets)
  loginRoutes(app, access)
  addPages(app, { frame: frameOf(parts, access), refuse: access.refuse })
  app.notFound((c) => c.html(troublePage('Not here', ['There is no such page, run or call.'], version), 404))
  app.onError((error, c) => failed(error, c, parts, version))
  return app
}

function accessOf({ token, key, now, random, log }: ShellParts, version: string): AccessParts {
  return {
    token,
    key,
    version,
    log,
    sessions: new Sessions({ key: random(32), newId: () => random(16).toString('base64url'), now }),
    attempts: new Attempts(now),
    refuse: (c, status, line, waitMs) => {
      if (waitMs !== undefined) c.header('retry-after', String(Math.ceil(waitMs / 1_000)))
      if (status === 401) c.header('www-authenticate', 'Bearer realm="spenddown"')
      return c.html(troublePage(status === 401 ? 'The token is asked for' : 'Refused', [line], version), status)
    },
  }
}

function frameOf({ vendor, zone, now, token, key }: ShellParts, { sessions, version }: AccessParts) {
  return (c: Context<Env>): Frame => {
    const session = c.get('session')
    const formToken = sessions.formToken(session)
    const mayAct = (token ?? key) !== null
    const { signedIn } = session
    return { vendor, zone, base: '', now: now(), signedIn, mayAct, path: pathOf(c), formToken, version }
  }
}

/** Who acts, for the books. */
export function byOf({ host }: Pick<ActingParts, 'host'>) {
  return (c: Context<Env>): string => {
    const { name } = c.get('session')
    return name === '' ? `dashboard@${host}` : `${name} by dashboard@${host}`
  }
}

function failed(error: Error, c: Context, { log, hide }: ShellParts, version: string): Answer {
  const { status, title, lines } = troubleOf(error)
  if (status === 500) log.error({ err: error }, 'a page of the dashboard failed')
  if (status !== 503) return c.html(troublePage(title, lines.map(hide), version), status)
  c.header('retry-after', '10')
  const sent = c.req.method === 'POST'
  if (!sent) c.header('refresh', '10')
  const then = sent ? 'Whether it was done is not known: look again in a while.' : 'This page looks again by itself.'
  return c.html(troublePage(title, [...lines.map(hide), then], version), status)
}
