import type { AccountRow } from '../domain/account/account-row.ts'
import { guardedApp, type ShellParts } from './dashboard.ts'
import { accountsPage } from './pages/accounts-page.ts'

export interface AccountsDashboardParts extends ShellParts {
  /** All accounts, those that would lose most first. */
  readonly accounts: () => Promise<readonly AccountRow[]>
}

/** A browser loads the page again after so many seconds. */
const REFRESH_S = 60
const MOST_PAGES = 100_000

/** The page of many accounts. It only shows, and listens nowhere by itself. */
export function accountsDashboard(parts: AccountsDashboardParts) {
  return guardedApp(parts, (app, { frame }) => {
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
  })
}
