import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from '../../config/config.ts'
import { TOKEN } from '../../config/schema/service-schema.ts'
import { dashboard } from '../../dashboard/dashboard.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { isLoopback } from '../../domain/values/hosts.ts'
import { redactor } from '../../observability/logger.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { healthApp } from '../../web/health.ts'
import { type Listening, listen } from '../../web/listen.ts'
import { databaseReadiness } from '../health/readiness.ts'
import { dashboardData } from './dashboard-data.ts'

/** The dashboard for an existing server. Throws InputError if other machines reach it and no token is configured. */
export function serveDashboard(config: Config, host: string, log: Log, key: string | null = null) {
  const token = config.service?.token ?? null
  if (token === null && !isLoopback(host)) throw unprotected(host)
  const { now, monotonic } = systemClock
  const data = dashboardData(config, { log, now, monotonic })
  const served = dashboard({
    data,
    token,
    key,
    vendor: config.vendor.name,
    zone: config.vendor.credits.cycle.timeZone,
    host: hostname(),
    now,
    random: randomBytes,
    hide: redactor(config.secrets),
    log,
  })
  return {
    answers: served.app.fetch,
    close: async () => {
      served.close()
      await data.close()
    },
  }
}

export interface KeptDashboard extends Listening {
  readonly asksForToken: boolean
  /** Where one signs in without a token, and may then pause, stop and settle; null: a token is configured. */
  readonly signInUrl: string | null
}

/** The dashboard in a server of its own, with /healthz and /readyz. Throws InputError if it cannot listen there. */
export async function keepDashboard(
  config: Config,
  where: { readonly host: string; readonly port: number },
  log: Log,
): Promise<KeptDashboard> {
  const asksForToken = config.service?.token !== undefined
  const key = asksForToken ? null : randomBytes(24).toString('base64url')
  const served = serveDashboard(config, where.host, log, key)
  const unready = databaseReadiness(config, systemClock.monotonic)
  const health = { host: where.host, lost: () => null, unready, others: served.answers }
  try {
    const { url, close } = await listen(healthApp(health).fetch, where)
    return {
      url,
      asksForToken,
      signInUrl: key === null ? null : `${url}/login?key=${key}`,
      close: async () => {
        await served.close()
        await close()
      },
    }
  } catch (error) {
    await served.close()
    throw error
  }
}

/** Others than this machine reach a dashboard that asks for no token. */
export function unprotected(host: string): InputError {
  const hint =
    '`openssl rand -hex 32` makes one; let the config read it: service: { token: process.env.SPENDDOWN_TOKEN }. Or stay with 127.0.0.1.'
  const found = `no token, while others than this machine reach ${host}`
  return new InputError('DASHBOARD_UNPROTECTED', [{ path: 'service.token', found, allowed: TOKEN, hint }])
}
