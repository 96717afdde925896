import type { AccountRow } from '../domain/account/account-row.ts'
import { type ActingParts, byOf, guardedApp, watchersOf } from './dashboard.ts'
import { accountPath, accountsPage } from './pages/accounts-page.ts'
import type { Shown } from './ports.ts'
import { pageRoutes } from './routes.ts'

export interface AccountsDashboardParts extends ActingParts {
  /** All accounts, those that would lose most first. */
  readonly accounts: () => Promise<readonly AccountRow[]>
  /** One of them, for its own pages; null: there is none of this name, or its config is wrong. */
  readonly account: (name: string) => Promise<Pick<Shown, 'data' | 'vendor' | 'zone'> | null>
}

/** A browser loads the list again after so many seconds. */
const REFRESH_S = 60
const MOST_PAGES = 100_000
const ACCOUNT = '/accounts/:account'

/** The list of many accounts, and the pages of each. It listens nowhere by itself. */
export function accountsDashboard(parts: AccountsDashboardParts) {
  const { log, now } = parts
  const watchers = watchersOf(parts)
  const shownOf = async (name: string): Promise<Shown | null> => {
    const account = await parts.account(name)
    return account === null ? null : { ...account, base: accountPath(name), again: () => shownOf(name) }
  }
  const app = guardedApp(parts, (app, { frame, refuse }) => {
    app.get('/', async (c) => {
      const { q = '', state = '', page = '' } = c.req.query()
      const query = {
        search: q.slice(0, 100).trim(),
        state: state === '' ? null : state,
        page: /^\d{1,6}$/.test(page) ? Math.min(Number(page), MOST_PAGES) : 0,
      }
      c.header('refresh', String(REFRESH_S))
      return c.html(accountsPage(await parts.accounts(), query, frame(c)))
    })
    app.use(`${ACCOUNT}/*`, async (c, next) => {
      const shown = await shownOf(c.req.param('account'))
      if (shown === null) return c.notFound()
      c.set('shown', shown)
      return next()
    })
    pageRoutes(app.basePath(ACCOUNT), { watchers, log, now, frame, by: byOf(parts), refuse })
  })
  return { app, watchers, close: () => watchers.close() }
}
