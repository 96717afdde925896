import type { Context, Hono } from 'hono'
import { hasEnded, type RunSummary } from '../domain/run/run.ts'
import type { Env } from './access/access.ts'
import { accountPage } from './pages/account-page.ts'
import { confirmSettlePage, confirmSteerPage } from './pages/confirm-page.ts'
import { itemsPage, STATES } from './pages/items-page.ts'
import type { Frame } from './pages/layout.ts'
import { runsPage } from './pages/run-card.ts'
import { glanceText, orAway, runText } from './pages/run-fields.ts'
import { coursePart, runPage } from './pages/run-page.ts'
import { troublePage } from './pages/trouble.ts'
import { unknownPage } from './pages/unknown-page.ts'
import type { DashboardData, ItemQuery } from './ports.ts'
import { eventStream, eventStreamHead, type Look, type Watchers } from './watchers.ts'

interface ReadParts {
  readonly data: DashboardData
  readonly watchers: Watchers
  readonly frame: (c: Context<Env>) => Frame
  /** The billing cycle's zone, and now. */
  readonly where: () => Pick<Frame, 'zone' | 'now'>
}

const RUNS_A_PAGE = 50
const ITEMS_A_PAGE = 50

/** All that is looked at, and what asks before something is done. */
export function readRoutes(app: Hono<Env>, { data, watchers, frame, where }: ReadParts): void {
  app.get('/', async (c) => c.html(accountPage(await data.account(), frame(c))))
  app.get('/runs', async (c) => {
    const before = wholeNumber(c.req.query('before'))
    return c.html(runsPage(await data.runs(before, RUNS_A_PAGE), before, frame(c)))
  })
  app.get('/runs/:id', async (c) => {
    const id = c.req.param('id')
    const [run, course] = await Promise.all([data.run(id), data.course(id)])
    return run === null ? c.notFound() : c.html(runPage(run, course ?? [], frame(c)))
  })
  app.get('/runs/:id/course', async (c) => {
    const id = c.req.param('id')
    const [run, course] = await Promise.all([data.run(id), data.course(id)])
    if (run === null || course === null) return c.notFound()
    return c.html(coursePart(run, course, where()) ?? '')
  })
  app.get('/runs/:id/report', async (c) => {
    const report = await data.report(c.req.param('id'))
    if (report === null) return c.notFound()
    // To be kept and handed on: shown here, its style would be against this page's policy.
    return c.html(report.html, 200, { 'content-disposition': `attachment; filename="${report.name}"` })
  })
  app.get('/runs/:id/items', async (c) => {
    const query = itemQuery(c.req.query())
    const view = await data.items(c.req.param('id'), query, ITEMS_A_PAGE)
    return view === null ? c.notFound() : c.html(itemsPage(view, query, frame(c)))
  })
  app.get('/unknown', async (c) => c.html(unknownPage(await data.unknown(), frame(c))))
  // Hono answers HEAD by what answers GET.
  const events = (c: Context, name: string, look: Look) => {
    if (c.req.method === 'HEAD') return eventStreamHead()
    return watchers.hasRoom ? eventStream(watchers, name, orAway(look)) : full(c)
  }
  app.get('/events', (c) => events(c, '', async () => glanceText(await data.glance(), where())))
  app.get('/runs/:id/events', (c) => {
    const id = c.req.param('id')
    return events(c, id, async () => runText(await data.run(id), where()))
  })
  confirmRoutes(app, { data, frame })
}

function confirmRoutes(app: Hono<Env>, { data, frame }: Pick<ReadParts, 'data' | 'frame'>): void {
  app.get('/runs/:id/:what{pause|continue|stop}', async (c) => {
    const run = await data.run(c.req.param('id'))
    const what = c.req.param('what') as 'pause' | 'continue' | 'stop'
    if (run === null) return c.notFound()
    if (hasEnded(run.summary)) return c.html(troublePage(...endedAlready(run.summary), frame(c).version), 409)
    return c.html(confirmSteerPage(what, run, frame(c)))
  })
  app.get('/unknown/settle', async (c) => {
    const { call: id, as } = c.req.query()
    const call = (await data.unknown()).calls.find((each) => each.id === id && each.decidable)
    if (call === undefined || (as !== 'charged' && as !== 'free')) return c.notFound()
    return c.html(confirmSettlePage(call, as, frame(c)))
  })
}

function endedAlready({ runId, status }: RunSummary): [title: string, lines: string[]] {
  return ['That cannot be done', [`Run ${runId} has ended (${status}).`]]
}

function full(c: Context): Response {
  return c.text('too many pages are watching', 503, { 'retry-after': '10' })
}

function itemQuery(asked: Readonly<Record<string, string>>): ItemQuery {
  const state = STATES.find((each) => each === asked.state) ?? null
  const key = asked.key === undefined || asked.key === '' ? null : asked.key.slice(0, 500)
  return { after: wholeNumber(asked.after) ?? 0, key, prefix: key !== null && asked.match === 'prefix', state }
}

/** Null where it is none that a database could hold. */
function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null
}

interface ActParts {
  readonly data: DashboardData
  /** Who is at this dashboard, for the books. */
  readonly by: (c: Context<Env>) => string
  readonly refuse: (c: Context, status: 400, line: string) => Response | Promise<Response>
  readonly done: (what: string, about: string, by: string) => void
}

/** All that is done: each is a form that was asked for on a page of its own, and leads back to a page. */
export function actRoutes(app: Hono<Env>, { data, by, refuse, done }: ActParts): void {
  app.post('/runs/:id/:what{pause|continue|stop}', async (c) => {
    const id = c.req.param('id')
    const what = c.req.param('what') as 'pause' | 'continue' | 'stop'
    await data.controlRun(what, id, by(c))
    done(what, id, by(c))
    return c.redirect(`/runs/${encodeURIComponent(id)}`, 303)
  })
  app.post('/unknown/settle', async (c) => {
    const { call, as } = await c.req.parseBody()
    if (typeof call !== 'string' || (as !== 'charged' && as !== 'free'))
      return refuse(c, 400, 'It takes a call, and whether it was charged or free.')
    await data.settle(call, as, by(c))
    done(`settle as ${as}`, call, by(c))
    return c.redirect('/unknown', 303)
  })
}
