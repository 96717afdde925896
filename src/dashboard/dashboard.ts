import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type AccessParts, type Env, guard, ownForms, pathOf } from './access/access.ts'
import { Attempts } from './access/attempts.ts'
import { secureHeaders } from './access/headers.ts'
import { loginRoutes } from './access/login.ts'
import { Sessions } from './access/sessions.ts'
import { type Assets, readAssets } from './assets.ts'
import type { Frame } from './pages/layout.ts'
import { troubleOf, troublePage } from './pages/trouble.ts'
import type { DashboardData } from './ports.ts'
import { actRoutes, readRoutes } from './routes.ts'
import { type Rhythm, Watchers } from './watchers.ts'

export interface DashboardParts {
  readonly data: DashboardData
  readonly token: AccessParts['token']
  readonly key: AccessParts['key']
  readonly vendor: string
  /** The billing cycle's time zone (IANA). */
  readonly zone: string
  /** The machine that it runs on, for the books. */
  readonly host: string
  readonly now: () => number
  /** Random bytes, as node:crypto makes them. */
  readonly random: (bytes: number) => Buffer
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string
  readonly log: Record<'info' | 'warn' | 'error', (fields: Record<string, unknown>, message: string) => void>
  readonly rhythm?: Rhythm
}

export interface Dashboard {
  readonly app: Hono<Env>
  readonly watchers: Watchers
  close(): void
}

const RHYTHM: Rhythm = { everyMs: 1_000, heartbeatMs: 15_000 }
/** Pages that are watched at once; the server bears more connections than that. */
const MOST_VIEWERS = 40
const LARGEST_FORM = 16_384

/** The pages, and who may see them. It listens nowhere by itself. */
export function dashboard(parts: DashboardParts): Dashboard {
  const { data, log, now, zone } = parts
  const assets = readAssets()
  const watchers = new Watchers(parts.rhythm ?? RHYTHM, MOST_VIEWERS)
  const access = accessOf(parts, assets.version)
  const app = new Hono<Env>()
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
  loginRoutes(app, {
    access,
    version: assets.version,
    refused: (from) => log.warn({ from }, 'a wrong token was shown to the dashboard'),
  })
  readRoutes(app, {
    data,
    watchers,
    frame: frameOf(parts, access, assets.version),
    where: () => ({ zone, now: now() }),
  })
  actRoutes(app, {
    data,
    by: byOf(parts),
    refuse: (c, status, line) => access.refuse(c, status, line),
    done: (what, about, by) => log.info({ what, about, by }, 'done from the dashboard'),
  })
  app.notFound((c) => c.html(troublePage('Not here', ['There is no such page, run or call.'], assets.version), 404))
  app.onError((error, c) => failed(error, c, parts, assets.version))
  return { app, watchers, close: () => watchers.close() }
}

function accessOf({ token, key, now, random }: DashboardParts, version: string): AccessParts {
  return {
    token,
    key,
    sessions: new Sessions({ key: random(32), newId: () => random(16).toString('base64url'), now }),
    attempts: new Attempts(now),
    refuse: (c, status, line, wait) => {
      if (wait !== undefined) c.header('retry-after', String(wait))
      if (status === 401) c.header('www-authenticate', 'Bearer realm="spenddown"')
      return c.html(troublePage(status === 401 ? 'The token is asked for' : 'Refused', [line], version), status)
    },
  }
}

function frameOf({ vendor, zone, now, token, key }: DashboardParts, { sessions }: AccessParts, version: string) {
  return (c: Context<Env>): Frame => {
    const session = c.get('session')
    const formToken = sessions.formToken(session)
    const mayAct = (token ?? key) !== null
    return { vendor, zone, now: now(), signedIn: session.signedIn, mayAct, path: pathOf(c), formToken, version }
  }
}

function byOf({ host }: DashboardParts) {
  return (c: Context<Env>): string => {
    const { name } = c.get('session')
    return name === '' ? `dashboard@${host}` : `${name} by dashboard@${host}`
  }
}

/** What is named by its content may be kept for good. */
function assetRoutes(app: Hono<Env>, { files, version }: Assets): void {
  app.get('/assets/:name', (c) => {
    const asset = files.get(c.req.param('name'))
    if (asset === undefined) return c.notFound()
    const kept = c.req.query('v') === version ? 'public, max-age=31536000, immutable' : 'no-cache'
    return c.body(asset.body, 200, { 'content-type': asset.type, 'cache-control': kept })
  })
}

function failed(
  error: Error,
  c: Context,
  { log, hide }: DashboardParts,
  version: string,
): Response | Promise<Response> {
  const { status, title, lines, passes } = troubleOf(error)
  if (status === 500) log.error({ err: error }, 'a page of the dashboard failed')
  if (!passes) return c.html(troublePage(title, lines.map(hide), version), status)
  c.header('retry-after', '10')
  // A form's address is no page to look at again.
  const sent = c.req.method === 'POST'
  if (!sent) c.header('refresh', '10')
  const then = sent ? 'Whether it was done is not known: look again in a while.' : 'This page looks again by itself.'
  return c.html(troublePage(title, [...lines.map(hide), then], version), status)
}
