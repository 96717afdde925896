import { createHash } from 'node:crypto'
import type { Context, Hono } from 'hono'
import type { DecidedCall, UnknownCall } from '../domain/call/unknown-call.ts'
import type { ControlAction } from '../domain/run/control-action.ts'
import { hasEnded } from '../domain/run/run.ts'
import type { AccessParts, Env, Log } from './access/access.ts'
import { accountPage } from './pages/account-page.ts'
import { confirmControlPage, confirmSettlePage } from './pages/confirm-page.ts'
import { itemsPage, STATES } from './pages/items-page.ts'
import type { Frame } from './pages/layout.ts'
import { runsPage } from './pages/run-card.ts'
import { glanceText, orAway, runText } from './pages/run-fields.ts'
import { coursePart, runPage } from './pages/run-page.ts'
import { troublePage } from './pages/trouble.ts'
import { unknownPage } from './pages/unknown-page.ts'
import type { DashboardData, ItemQuery } from './ports.ts'
import { eventStream, eventStreamHead, type Look, type Watchers } from './watchers.ts'

interface PageParts {
  readonly watchers: Watchers
  readonly log: Log
  readonly now: () => number
  readonly frame: (c: Context<Env>) => Frame
  /** Who acts on this dashboard, for the books. */
  readonly by: (c: Context<Env>) => string
  readonly refuse: AccessParts['refuse']
}

type Where = Pick<Frame, 'zone' | 'now'>
type Seen = ReturnType<Look>

const RUNS_A_PAGE = 50
const ITEMS_A_PAGE = 50
const CONTROL = '/runs/:id/:what{pause|continue|stop}'

/** The pages of an account; `shown` has been set in their context. */
export function pageRoutes(app: Hono<Env>, given: PageParts): void {
  const frame = (c: Context<Env>): Frame => {
    const { vendor, zone, base } = c.get('shown')
    return { ...given.frame(c), vendor, zone, base }
  }
  const parts = { ...given, frame }
  readRoutes(app, parts)
  eventRoutes(app, parts)
  confirmRoutes(app, parts)
  actRoutes(app, parts)
}

function readRoutes(app: Hono<Env>, { frame }: PageParts): void {
  const dataOf = (c: Context<Env>): DashboardData => c.get('shown').data
  app.get('/', async (c) => c.html(accountPage(await dataOf(c).account(), frame(c))))
  app.get('/runs', async (c) => {
    const before = wholeNumber(c.req.query('before'))
    return c.html(runsPage(await dataOf(c).runs(before, RUNS_A_PAGE), before, frame(c)))
  })
  app.get('/unknown', async (c) => c.html(unknownPage(await dataOf(c).unknown(), frame(c))))
  app.get('/runs/:id', async (c) => {
    const [run, course] = await runAndCourse(dataOf(c), c.req.param('id'))
    return run === null ? c.notFound() : c.html(runPage(run, course ?? [], frame(c)))
  })
  app.get('/runs/:id/course', async (c) => {
    const [run, course] = await runAndCourse(dataOf(c), c.req.param('id'))
    if (run === null || course === null) return c.notFound()
    return c.html(coursePart(run, course, { zone: c.get('shown').zone }) ?? '')
  })
  app.get('/runs/:id/report', async (c) => {
    const report = await dataOf(c).report(c.req.param('id'))
    if (report === null) return c.notFound()
    // For download: shown here, its style would violate this page's policy.
    return c.html(report.html, 200, { 'content-disposition': `attachment; filename="${report.name}"` })
  })
  app.get('/runs/:id/items', async (c) => {
    const query = itemQuery(c.req.query())
    const view = await dataOf(c).items(c.req.param('id'), query, ITEMS_A_PAGE)
    return view === null ? c.notFound() : c.html(itemsPage(view, query, frame(c)))
  })
}

function runAndCourse(data: DashboardData, id: string) {
  return Promise.all([data.run(id), data.course(id)])
}

function eventRoutes(app: Hono<Env>, { watchers, now }: PageParts): void {
  const events = (c: Context<Env>, name: string, textOf: (data: DashboardData, where: Where) => Seen) => {
    const shown = c.get('shown')
    const look: Look = async () => {
      const current = await shown.again()
      return current === null ? null : textOf(current.data, { zone: current.zone, now: now() })
    }
    // Hono answers HEAD by what answers GET.
    if (c.req.method === 'HEAD') return eventStreamHead()
    if (watchers.hasRoom) return eventStream(watchers, `${shown.base} ${name}`, orAway(look))
    return c.text('too many pages are watching', 503, { 'retry-after': '10' })
  }
  app.get('/events', (c) => events(c, '', async (data, where) => glanceText(await data.glance(), where)))
  app.get('/runs/:id/events', (c) => {
    const id = c.req.param('id')
    return events(c, id, async (data, where) => runText(await data.run(id), where))
  })
}

function confirmRoutes(app: Hono<Env>, { frame }: PageParts): void {
  app.get(CONTROL, async (c) => {
    const { id, what } = c.req.param()
    const run = await c.get('shown').data.run(id)
    if (run === null) return c.notFound()
    if (!hasEnded(run.summary)) return c.html(confirmControlPage(what as ControlAction, run, frame(c)))
    const ended = `Run ${run.summary.runId} has ended (${run.summary.status}).`
    return c.html(troublePage('That cannot be done', [ended], frame(c).version), 409)
  })
  app.get('/unknown/settle', async (c) => {
    const { call = '', as } = c.req.query()
    const calls = meant((await c.get('shown').data.unknown()).calls, call)
    if (calls.length === 0 || !isVerdict(call, as)) return c.notFound()
    return c.html(confirmSettlePage(calls, { call, as, of: fingerprint(calls) }, frame(c)))
  })
}

/** The calls that can be settled by hand, of which `all` are meant, or the one that is named. */
function meant(calls: readonly UnknownCall[], named: string): UnknownCall[] {
  return calls.filter(({ id, decidable }) => decidable && (named === 'all' || id === named))
}

/** All at once can only be charged: a wrong `free` may overspend. */
function isVerdict(call: string, as: unknown): as is DecidedCall['as'] {
  return as === 'charged' || (as === 'free' && call !== 'all')
}

/** Of the calls that a person has confirmed: others may have come, or been settled, meanwhile. */
function fingerprint(calls: readonly UnknownCall[]): string {
  return createHash('sha256')
    .update(
      calls
        .map(({ id }) => id)
        .toSorted()
        .join(' '),
    )
    .digest('hex')
}

/** Each action is a form that a page of its own has asked for, and leads back to a page. */
function actRoutes(app: Hono<Env>, { by, refuse, log, frame }: PageParts): void {
  const done = (c: Context<Env>, what: string, about: string, back: string) => {
    const { vendor, base } = c.get('shown')
    log.info({ what, about, vendor, by: by(c) }, 'done from the dashboard')
    return c.redirect(`${base}${back}`, 303)
  }
  app.post(CONTROL, async (c) => {
    const { id, what } = c.req.param()
    const { data } = c.get('shown')
    if ((await data.run(id)) === null) return c.notFound()
    await data.controlRun(what as ControlAction, id, by(c))
    return done(c, what, id, `/runs/${encodeURIComponent(id)}`)
  })
  app.post('/unknown/settle', async (c) => {
    const { data } = c.get('shown')
    const { call, as, of } = await c.req.parseBody()
    if (typeof call !== 'string' || !isVerdict(call, as))
      return refuse(c, 400, 'It takes a call, and whether it was charged or free.')
    const calls = call === 'all' ? meant((await data.unknown()).calls, call) : []
    if (call === 'all' && fingerprint(calls) !== of) {
      const lines = ['Other calls are unknown now than those that were confirmed. Nothing was settled: look again.']
      return c.html(troublePage('The list has changed', lines, frame(c).version), 409)
    }
    await data.settle(call === 'all' ? calls.map(({ id }) => id) : [call], as, by(c))
    return done(c, `settle as ${as}`, call, '/unknown')
  })
}

function itemQuery(asked: Readonly<Record<string, string>>): ItemQuery {
  const state = STATES.find((each) => each === asked.state) ?? null
  const key = asked.key === undefined || asked.key === '' ? null : asked.key.slice(0, 500)
  return { after: wholeNumber(asked.after) ?? 0, key, prefix: key !== null && asked.match === 'prefix', state }
}

/** Null where it is not one that a database can hold. */
function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null
}
