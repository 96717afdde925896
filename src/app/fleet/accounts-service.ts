import type { Fleet } from '../../config/fleet/fleet.ts'
import type { ServiceConfig } from '../../config/schema/service-schema.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { isLoopback } from '../../domain/values/hosts.ts'
import { accountMetrics, accountsMetrics } from '../../observability/metrics/accounts-metrics.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { healthApp } from '../../web/health.ts'
import { type Listening, listen } from '../../web/listen.ts'
import { databaseReadiness } from '../health/readiness.ts'
import type { AccountsDaemon } from './accounts-daemon.ts'
import { rowsOf, wrongRow } from './list-accounts.ts'

/** Health and metrics of a process that works many accounts. Throws InputError if it cannot listen. */
export async function serveAccounts(
  fleet: Fleet,
  daemon: AccountsDaemon,
  { port, host, dashboard }: ServiceConfig,
  log: Log,
): Promise<Listening> {
  const loaded = dashboard ? await import('./accounts-pages.ts') : undefined
  const pages = loaded?.accountsPages(fleet, host, log, () => daemon.roster())
  const databaseUnready = databaseReadiness(fleet, systemClock.monotonic)
  const health = healthApp({
    host,
    lost: () => daemon.lost,
    unready: async () => daemon.unready ?? (await databaseUnready()),
    metrics: async (account) => {
      const { entries, wrong } = await daemon.roster()
      const rows = [...(await rowsOf(fleet, entries)), ...wrong.map(wrongRow)]
      if (account === null) return accountsMetrics(rows, daemon.atWork.length)
      const row = rows.find((each) => each.account === account)
      return row === undefined ? null : accountMetrics(row)
    },
    others: pages?.answers,
  })
  const listening = await listen(health.fetch, { port, host }).catch(async (error) => {
    await pages?.close()
    throw error
  })
  const paths = ['/healthz', '/readyz', '/metrics']
  log.info({ url: listening.url, paths, dashboard }, 'serving health and metrics')
  if (!isLoopback(host))
    log.warn({ host }, 'health and metrics are served without authentication to everyone who can reach this address')
  return {
    url: listening.url,
    close: async () => {
      await pages?.close()
      await listening.close()
    },
  }
}
