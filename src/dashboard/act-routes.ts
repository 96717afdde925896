import type { Context, Hono } from 'hono'
import type { Env } from './access.ts'
import type { DashboardData } from './ports.ts'

export interface ActParts {
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
